"""What may not stand in the source: ways around the policy, unescaped text, forms without a token."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from coordination.access.urls import every_url
from coordination.actors.models import OPEN as REFERENCE_DATA

pytestmark = pytest.mark.any_engine

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("coordination", "forums", "training", "cases")


def python_files() -> list[Path]:
    return sorted(
        file
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        if "migrations" not in file.parts
    )


def template_files() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def place(file: Path) -> str:
    return str(file.relative_to(ROOT))


# Lists begin with visible_to -------------------------------------------------------------------

WHERE_PEOPLE_LOOK = re.compile(
    r"/(views|forms|templatetags|contributions)/|/(views|forms|contributions)\.py$"
)
"""The modules that answer a person; domain modules are called by them with what they may see."""

ASKED_DIRECTLY = {
    "coordination/administration/views/log.py: SampledEvent.filter": (
        "what reviewers look into: the page asks for the permission to review the log"
    ),
    "forums/forms/forum.py: User.filter": (
        "whom to seat: every account of the portal may get a seat (V23)"
    ),
    "forums/forms/meetings.py: User.filter": (
        "colleagues to call to a meeting: every account of the portal may be called (V23)"
    ),
    "forums/views/actions.py: ActionOwner.select_related": (
        "how the owners of already visible actions are fetched, in a Prefetch"
    ),
    "forums/views/log_page.py: User.filter": (
        "who last changed the decision or action of the page, by the log of what was done"
    ),
    "forums/views/meetings.py: ActionOwner.select_related": (
        "how the owners of already visible actions are fetched, in a Prefetch"
    ),
    "forums/views/meetings.py: Action.filter": (
        "what the meeting of the page carries over, asked by that meeting"
    ),
    "forums/contributions/tasks.py: Sending.filter": (
        "how the sending of minutes ended that the person sees and may write, asked by that meeting"
    ),
    "forums/contributions/search.py: MinutesVersion.filter": (
        "the texts of meetings whose approved minutes the person reads, asked by those meetings"
    ),
    "forums/views/log_page.py: Decision.filter": "whether items of the page's meeting have any",
    "forums/views/log_page.py: Action.filter": "whether items of the page's meeting have any",
    "forums/views/log_page.py: ActionOwner.filter": "whether actions of the page's meeting have an owner",
    "forums/views/proceedings.py: ActionOwner.filter": "owners at the page's own meeting",
}
"""Managers asked without visible_to where people look, each with the reason."""


def guarded_models() -> set[str]:
    """Names of our models whose rows are not for everyone."""
    return {
        model.__name__
        for model in apps.get_models()
        if model.__module__.split(".")[0] in PACKAGES
        and getattr(model, "access", None) is not REFERENCE_DATA
    }


def questions(source: str) -> Iterator[str]:
    """`Model.first_method` for each `Model.objects.first_method` in the source."""
    guarded = guarded_models()
    tree = ast.parse(source)
    followed = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            followed[id(node.value)] = node.attr
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"objects", "_default_manager", "_base_manager"}
            and isinstance(node.value, ast.Name)
            and node.value.id in guarded
        ):
            yield f"{node.value.id}.{followed.get(id(node), 'objects')}"


def test_where_people_look_lists_begin_with_visible_to_or_a_reviewed_question():
    found = {
        f"{place(file)}: {question}"
        for file in python_files()
        if WHERE_PEOPLE_LOOK.search(f"/{place(file)}")
        for question in questions(file.read_text())
        if not question.endswith((".visible_to", ".none"))
    }
    assert found - ASKED_DIRECTLY.keys() == set(), "start with visible_to, or review it here"
    assert ASKED_DIRECTLY.keys() - found == set(), "these are gone: take them out"


def test_the_search_for_questions_finds_them():
    assert list(questions("Meeting.objects.filter(pk=1)")) == ["Meeting.filter"]
    assert list(questions("Meeting.objects.visible_to(u).first()")) == ["Meeting.visible_to"]
    assert list(questions("x = Seat.objects\nDistrict.objects.all()")) == ["Seat.objects"]


def test_the_view_of_every_address_stands_where_the_rule_looks():
    elsewhere = set()
    for _route, pattern in every_url():
        module = inspect.unwrap(pattern.callback).__module__
        file = module.replace(".", "/") + ".py"
        ours = module.split(".")[0] in PACKAGES
        if ours and not WHERE_PEOPLE_LOOK.search(f"/{file}"):
            elsewhere.add(file)
    assert elsewhere <= {"coordination/access/signing_in.py"}, "views stand in views"


# Ways around -----------------------------------------------------------------------------------

FORBIDDEN = {
    "_base_manager": r"\b_base_manager\b",
    "raw SQL": r"\.raw\(|\.extra\(|\bcursor\(|\bRawSQL\b",
    "every field": r"fields\s*=\s*[\"']__all__|exclude\s*=\s*\[\]",
    "unescaped text": r"\|\s*(safe|safeseq)\b|\bmark_safe\b|\bSafeString\(|autoescape off|html_safe",
    "no CSRF": r"\bcsrf_exempt\b",
    "Django's permissions": r"\bhas_perms?\b|\bget_objects_for_user\b|\bpermission_required\b"
    r"|\bis_superuser\b|\bis_staff\b|\bperms\.",
    "code from text": r"\beval\(|\bexec\(|pickle\.loads|yaml\.load\(",
}

ALLOWED = {
    "_base_manager in coordination/access/policy.py": "the policy itself: paths to people",
    "_base_manager in coordination/actors/apps.py": "three rows after migrating, before managers",
    "raw SQL in coordination/access/policy.py": "somebody's roles, asked for at every request",
    "raw SQL in coordination/actors/publishing.py": (
        "thousands of checked rows in one short transaction, so that nobody waits for them"
    ),
    "raw SQL in coordination/audit/append_only.py": "triggers and the lock, different on each engine",
    "raw SQL in forums/locked.py": "triggers on what is locked, different on each engine",
    "unescaped text in templates/ui/field_notes.html": "help texts are our own, and hold links",
    "Django's permissions in coordination/access/models.py": "says in words that they give nothing",
}
"""Reviewed exceptions; at most fifteen (security.md 2)."""


def forbidden_in(text: str) -> set[str]:
    return {name for name, pattern in FORBIDDEN.items() if re.search(pattern, text)}


def violations() -> set[str]:
    return {
        f"{name} in {place(file)}"
        for file in [*python_files(), *template_files()]
        for name in forbidden_in(file.read_text())
    }


def test_nothing_goes_around_the_policy_the_escaping_or_the_token_except_as_reviewed():
    found = violations()
    assert found - ALLOWED.keys() == set()
    assert ALLOWED.keys() - found == set(), "these are gone: take them out"
    assert len(ALLOWED) <= 15


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("_base_manager", "Meeting._base_manager.all()"),
        ("raw SQL", "Meeting.objects.raw('…')"),
        ("raw SQL", "with connection.cursor() as cursor:"),
        ("every field", 'fields = "__all__"'),
        ("unescaped text", "{{ item.notes|safe }}"),
        ("unescaped text", "mark_safe(text)"),
        ("unescaped text", "{% autoescape off %}"),
        ("no CSRF", "@csrf_exempt"),
        ("Django's permissions", "user.has_perm('x')"),
        ("Django's permissions", "{% if perms.forums %}"),
        ("Django's permissions", "if user.is_superuser:"),
    ],
)
def test_each_forbidden_way_is_recognised(name, line):
    assert name in forbidden_in(line)


# Templates -------------------------------------------------------------------------------------

INLINE = {
    "a script in the page": r"<script(?![^>]*\bsrc=)[^>]*>",
    "a style in the page": r"<style\b",
    "a style attribute": r"\sstyle\s*=",
    "a handler attribute": r"<[^>]*\son[a-z]+\s*=\s*[\"']",
    "an address of somebody else's": r"(src|href|action)=[\"'](https?:)?//",
    "a javascript address": r"javascript:",
    "frozen text that htmx would run": r"\bhx-on\b|hx-vals=[\"']js:",
}


@pytest.mark.parametrize("file", template_files(), ids=place)
def test_a_template_holds_no_script_style_handler_or_foreign_address(file):
    text = file.read_text()
    assert [name for name, pattern in INLINE.items() if re.search(pattern, text)] == []


ONCE_NOT_NEEDED = {
    "templates/administration/invitation.html": "the link behind it works once",
    "templates/account/account.html": "ending sessions, taking codes, choosing a language: twice is once",
    "templates/account/confirm.html": "a code is right once; a form that it carries has its own key",
    "templates/account/notice.html": "having read twice is having read",
    "templates/account/password.html": "the same password twice is the same password",
    "templates/account/session.html": "extending twice is extending",
    "templates/mfa/app_add.html": "a person has one app, and the database says so",
    "templates/mfa/authenticate.html": "a code is right once",
    "templates/mfa/choice.html": "signing out twice is signing out",
    "templates/mfa/key_add.html": "what a key answers is good once",
    "templates/mfa/recovery_codes.html": "new codes twice are new codes, and only the last are shown",
    "templates/account/login.html": "signing in twice is signing in",
    "templates/account/logout.html": "signing out twice is signing out",
    "templates/base.html": "signing out twice is signing out",
    "templates/components/footer.html": "choosing a language twice is choosing it",
    "templates/frame/no_role.html": "signing out twice is signing out",
    "templates/cases/cases.html": "names that are shown twice are shown",
    "templates/cases/cases_search.html": "a search changes nothing; it is sent so that no address holds it",
    "templates/forums/log_start.html": "starting a log that is started changes nothing",
    "templates/gallery.html": "shows forms, and sends none",
}
"""Forms that may arrive twice, each with the reason."""


def post_forms(text: str) -> list[str]:
    """Each form of the template that changes something, from its tag to its end."""
    return [
        form
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL)
        if re.match(r"<form[^>]*\bmethod=[\"']post", form, re.IGNORECASE)
    ]


def test_every_form_that_changes_something_carries_the_token():
    without = {
        place(file)
        for file in template_files()
        for form in post_forms(file.read_text())
        if "{% csrf_token %}" not in form
    }
    assert without == set()


def test_every_form_that_changes_something_counts_once():
    without = {
        place(file)
        for file in template_files()
        for form in post_forms(file.read_text())
        if "{% once %}" not in form
    }
    assert without - ONCE_NOT_NEEDED.keys() == set(), "put {% once %} beside {% csrf_token %}"
    assert ONCE_NOT_NEEDED.keys() - without == set(), "these count once now: take them out"


def test_every_form_says_how_it_is_sent():
    for file in template_files():
        for tag in re.findall(r"<form\b[^>]*>", file.read_text()):
            assert re.search(r"\bmethod=[\"'](get|post)[\"']", tag), f"{place(file)}: {tag}"


def test_the_search_for_forms_finds_them():
    text = '<form method="post">a</form><form method="get">b</form>\n<form class="x" method="post">\nc</form>'
    assert len(post_forms(text)) == 2


def test_every_template_lies_in_the_one_folder():
    elsewhere = [f for p in PACKAGES for f in (ROOT / p).rglob("*.html")]
    assert elsewhere == []


# Guardian's one door ---------------------------------------------------------------------------


def test_guardian_is_imported_by_access_alone():
    importing = {
        place(file)
        for file in python_files()
        if re.search(r"^\s*(from|import) guardian\b", file.read_text(), re.MULTILINE)
    }
    assert all(name.startswith("coordination/access/") for name in importing)
    assert importing


# What the browser keeps -------------------------------------------------------------------------

KEPT_BY_THE_BROWSER = {
    ("localStorage", "portal.ctrl-enter"): "a choice: whether Ctrl+Enter sends",
    ("localStorage", "portal-session-ends"): "a time: when the session ends",
    ("sessionStorage", "portal-unsaved"): (
        "text that was not saved when its page was left: for the next page of the tab alone"
    ),
}
"""As the page about personal data tells. What people write is kept on the server."""

STORAGE = re.compile(r"\b(?:localStorage|sessionStorage|indexedDB|caches|cookie|cookieStore)\b")
STORED = re.compile(r"\b(localStorage|sessionStorage)\.(?:get|set|remove)Item\((\w+|\"[^\"]+\")")


def test_scripts_keep_nothing_in_the_browser_but_what_is_told():
    kept = set()
    for file in sorted((ROOT / "static" / "js").rglob("*.js")):
        text = file.read_text()
        names = dict(re.findall(r'const ([A-Z]+) = ("[^"]+");', text))
        used = STORED.findall(text)
        assert len(used) == len(STORAGE.findall(text)), f"{place(file)} keeps something otherwise"
        kept |= {(store, names.get(key, key).strip('"')) for store, key in used}
    assert kept == KEPT_BY_THE_BROWSER.keys()
