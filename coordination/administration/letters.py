"""The mails of administration. None names a person or a role: mail travels outside the permissions."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.jobs import mail
from coordination.ui import dates

from . import people, roles
from .models import ClosingNotice, RoleRequest


@mail.letter("administration.invitation")
def invitation(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """A link to choose a password. It is made when the mail is sent, and kept nowhere."""
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    works = ngettext(
        "The link works once, for %(count)s day.", "The link works once, for %(count)s days.", days
    )
    return mail.Letter(
        subject=_("Choose your password for the coordination portal"),
        body="\n".join(
            [
                _("You have an account in the coordination portal."),
                _("Choose a password with the link below, and sign in."),
                works % {"count": days},
            ]
        ),
        url=f"{reverse('invitation')}?nyckel={people.link_key(user)}",
    )


@mail.letter("administration.account_closing")
def account_closing(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """When the account is closed; None when the person has signed in since."""
    notice = ClosingNotice.objects.filter(pk=ids["notice"]).first()
    life = people.with_life_sign(type(user).objects.filter(pk=user.pk)).get()
    if notice is None or notice.active_at != life.active_at:
        return None
    return mail.Letter(
        subject=_("Your account will be closed on %(day)s") % {"day": dates.day(notice.closes_on)},
        body="\n".join(
            [
                _("You have not signed in to the coordination portal for a long time."),
                _("Your account is closed on %(day)s unless you sign in before.")
                % {"day": dates.day(notice.closes_on)},
            ]
        ),
        url=reverse("start"),
    )


@mail.letter("administration.role_request")
def role_request(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """That a role waits for this administrator; None when somebody has decided."""
    asked = RoleRequest.objects.filter(pk=ids["request"]).first()
    if asked is None or asked.state != RoleRequest.State.WAITING:
        return None
    return mail.Letter(
        subject=_("A role waits for your approval"),
        body=_("Another administrator has asked for a role that two of you must agree on."),
        url=reverse("role_request", args=[asked.pk]),
    )


@mail.letter("administration.role_request_review")
def role_request_review(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """Tells a reviewer that a sensitive role is asked for."""
    return mail.Letter(
        subject=_("A role that needs two administrators is asked for"),
        body=_("You are told because you review the log. What is decided stands there."),
        url=reverse("start"),
    )


@mail.letter("administration.role_given_review")
def role_given_review(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """Tells a reviewer that a sensitive role was given."""
    return mail.Letter(
        subject=_("A role that needs two administrators was given"),
        body=_("You are told because you review the log. Who asked and who approved stands there."),
        url=reverse("start"),
    )


@mail.letter("administration.administrator_made")
def administrator_made(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """Tells reviewers and administrators of one who was added without them."""
    return mail.Letter(
        subject=_("A system administrator was added on the server"),
        body=_(
            "You are told because you review the log or administer the portal. If you do not know of"
            " it: contact whoever runs the server at once."
        ),
        url=reverse("start"),
    )


@mail.letter("administration.few_administrators")
def few_administrators(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """Tells an administrator that there is no second one; None when there is again."""
    if not roles.are_administrators_few():
        return None
    return mail.Letter(
        subject=_("The portal has only one system administrator"),
        body="\n".join(
            [
                _("An account was closed because nobody had signed in with it for a long time."),
                _("Some roles need two administrators. Ask whoever runs the server to add one."),
            ]
        ),
        url=reverse("people"),
    )
