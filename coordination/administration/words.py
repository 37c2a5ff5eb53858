"""What each kind of job, letter and periodic work is called by people, and what its faults mean.

Apps above give theirs with `kinds`, `letters` and `periodic`; a test asks for every one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

Words = str | Promise


@dataclass(frozen=True)
class Work:
    """Periodic work: its name, and what it does."""

    name: Words
    what: Words


KINDS: dict[str, Words] = {
    "actors.import": gettext_lazy("Check a list of actors, or read it in"),
    "cases.destruction": gettext_lazy("Destroy cases whose destruction is approved"),
    "administration.log_export": gettext_lazy("Make an export of the log"),
    "administration.role_matrix": gettext_lazy("Make the document of the role matrix"),
    "jobs.mail": pgettext_lazy("kind of job", "Send an e-mail"),
    "resources.compilation": gettext_lazy("Make a file of many resource reports"),
    "resources.receipt_pdf": gettext_lazy("Make the receipt of a resource report"),
}
LETTERS: dict[str, Words] = {
    "access.factor_added": gettext_lazy("a new way to sign in was added"),
    "access.factor_codes_renewed": gettext_lazy("new recovery codes were made"),
    "access.factor_frozen": gettext_lazy("codes are not taken for an account"),
    "access.factor_removed": gettext_lazy("a way to sign in was removed"),
    "access.factor_reset": gettext_lazy("the second step of an account was reset"),
    "access.factor_thawed": gettext_lazy("codes are taken for an account again"),
    "access.identity_forgotten": gettext_lazy("an account was untied from a sign-in"),
    "access.password_changed": gettext_lazy("a password was changed"),
    "access.password_chosen": gettext_lazy("a password was chosen"),
    "administration.account_closing": gettext_lazy("an account will be closed"),
    "administration.administrator_made": gettext_lazy("an administrator was added on the server"),
    "administration.invitation": gettext_lazy("link to choose a password"),
    "administration.role_given_review": gettext_lazy("a sensitive role was given"),
    "administration.few_administrators": gettext_lazy("one system administrator is left"),
    "administration.role_request": gettext_lazy("a role waits for approval"),
    "administration.role_request_review": gettext_lazy("a sensitive role is asked for"),
    "agreements.expiring": gettext_lazy("an agreement expires"),
    "assignments.update_asked": gettext_lazy("somebody is asked how an assignment stands"),
    "frame.incident": gettext_lazy("somebody reported a page that showed too much"),
    "jobs.digest": gettext_lazy("the notices of the day"),
    "resources.approved": gettext_lazy("a resource report was approved"),
    "resources.invited": gettext_lazy("a colleague is invited to a resource report"),
    "resources.reminder": gettext_lazy("reminder of a resource report"),
    "resources.request_decided": gettext_lazy("a request for extra resources was decided"),
    "resources.request_opinion": gettext_lazy("an opinion was given on a request"),
    "resources.request_to_decide": gettext_lazy("a request for extra resources to decide on"),
    "resources.returned": gettext_lazy("a resource report was returned with comments"),
    "resources.sent_back": gettext_lazy("a resource report was sent back by the manager"),
    "resources.submitted": gettext_lazy("a resource report was sent in"),
    "resources.to_attest": gettext_lazy("a resource report to attest"),
}
PERIODIC: dict[str, Work] = {
    "access.rebuild": Work(
        gettext_lazy("Permissions"),
        gettext_lazy("Makes permissions follow the roles, seats and absences of the day."),
    ),
    "access.tidy": Work(
        gettext_lazy("Old sessions"),
        gettext_lazy("Removes sessions that have ended, and forgets old attempts to sign in."),
    ),
    "actors.imports": Work(
        gettext_lazy("Lists of actors"),
        gettext_lazy("Erases lists that were not read in, and what is kept for undoing."),
    ),
    "actors.names": Work(
        gettext_lazy("New names"),
        gettext_lazy("Lets new names of organisations and districts take over on their day."),
    ),
    "agreements.files": Work(
        gettext_lazy("Signed files of agreements"),
        gettext_lazy("Erases the files that were removed a day ago."),
    ),
    "agreements.warnings": Work(
        gettext_lazy("Agreements that expire"),
        gettext_lazy("Tells coordinators six and two months before an agreement expires."),
    ),
    "resources.reminders": Work(
        gettext_lazy("Reminders of resource reports"),
        gettext_lazy("Reminds those who have not filed, on the days that the year's days say."),
    ),
    "administration.inactive_accounts": Work(
        gettext_lazy("Inactive accounts"),
        gettext_lazy(
            "Warns people who have not signed in for a long time, and closes accounts that nobody"
            " has used for 90 days."
        ),
    ),
    "administration.log_exports": Work(
        gettext_lazy("Exports of the log"),
        gettext_lazy("Removes exports of the log that are older than seven days."),
    ),
    "administration.log_sample": Work(
        gettext_lazy("Monthly sample of the log"),
        gettext_lazy("Draws last month's sample for the reviewers, once a month."),
    ),
    "assignments.files": Work(
        gettext_lazy("Files of assignments"),
        gettext_lazy("Erases files that were removed a day ago, or that were never saved."),
    ),
    "audit.checkpoint": Work(
        gettext_lazy("Checkpoint of the log"),
        gettext_lazy("Signs how long the log is, so that a log cut short is found."),
    ),
    "cases.advice": Work(
        gettext_lazy("Requests for advice"),
        gettext_lazy("Destroys requests for advice that have been kept for 90 days."),
    ),
    "cases.late": Work(
        gettext_lazy("Tell the managers of units that something is late"),
        gettext_lazy("Letters to those who manage a unit where cases wait too long."),
    ),
    "cases.drafts": Work(
        gettext_lazy("Cases not handed in"),
        gettext_lazy("Destroys cases that were begun and not handed in within 14 days."),
    ),
    "knowledge.contacts": Work(
        gettext_lazy("Old contacts"),
        gettext_lazy("Erases contacts of the contact log that have been kept long enough."),
    ),
    "resources.compilations": Work(
        gettext_lazy("Files of resource reports"),
        gettext_lazy("Removes compiled files of resource reports that are older than seven days."),
    ),
    "jobs.leftovers": Work(
        gettext_lazy("Leftover files"),
        gettext_lazy("Removes unfinished files that a stopped program left behind."),
    ),
    "writing.sweep": Work(
        gettext_lazy("Sent forms"),
        gettext_lazy("Forgets which forms were sent, once no browser will send them again."),
    ),
}
FAULTS: dict[str, Words] = {
    "LeaseLost": gettext_lazy("The program stopped in the middle each time."),
    "PdfFailed": gettext_lazy("The document could not be made."),
    "PdfTooLarge": gettext_lazy("The document is too large to be made."),
    "OperationalError": gettext_lazy("The database did not answer."),
    "InterfaceError": gettext_lazy("The database did not answer."),
    "LogBusy": gettext_lazy("The log was busy for too long."),
    "OSError": gettext_lazy("A file could not be read or written. The disk may be full."),
    "PermissionError": gettext_lazy("The program may not write to a folder it needs."),
    "FileNotFoundError": gettext_lazy("A file or folder is missing."),
    "ConnectionRefusedError": gettext_lazy("The mail server did not answer."),
    "ConnectionResetError": gettext_lazy("The mail server did not answer."),
    "TimeoutError": gettext_lazy("The mail server did not answer in time."),
    "gaierror": gettext_lazy("The address of the mail server cannot be found."),
    "SMTPConnectError": gettext_lazy("The mail server did not answer."),
    "SMTPServerDisconnected": gettext_lazy("The mail server did not answer."),
    "SMTPAuthenticationError": gettext_lazy(
        "The mail server did not accept the portal's password."
    ),
    "SMTPSenderRefused": gettext_lazy("The mail server did not accept the portal as sender."),
    "SMTPRecipientsRefused": gettext_lazy("The mail server did not accept the receiver."),
    "SMTPDataError": gettext_lazy("The mail server did not accept the e-mail."),
    "DoesNotExist": gettext_lazy("What it was about is no longer there."),
}


def kinds(words: Mapping[str, Words]) -> None:
    """Says what kinds of job are called: a verb and what is done."""
    KINDS.update(words)


def letters(words: Mapping[str, Words]) -> None:
    """Says what letters are about; never what stands in them."""
    LETTERS.update(words)


def periodic(words: Mapping[str, Work]) -> None:
    """Says what periodic work is called and what it does."""
    PERIODIC.update(words)


def of_job(kind: str, ids: Mapping[str, object]) -> str:
    """What a job does, without anything of its content."""
    name = str(KINDS.get(kind, kind))
    about = LETTERS.get(str(ids.get("letter", "")))
    return _("%(what)s: %(where)s") % {"what": name, "where": about} if about else name


def of_fault(error: str) -> str:
    """What an exception's class name means to who keeps the portal running."""
    if error in FAULTS:
        return str(FAULTS[error])
    return _("A fault in the program (%(name)s). Tell those who maintain it.") % {"name": error}
