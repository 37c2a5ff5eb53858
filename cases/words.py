"""What the codes of a case are called, where a form and a page must say the same."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

YES_NO = (("yes", pgettext_lazy("answer", "Yes")), ("no", pgettext_lazy("answer", "No")))
BEFORE = (*YES_NO, ("unknown", pgettext_lazy("answer", "I do not know")))
KNOWN_HOW = (
    ("seen", _("I saw or heard it myself")),
    ("told_by_person", _("The person told me")),
    ("told_by_other", _("Somebody else told me")),
    ("other", pgettext_lazy("how it is known", "Other")),
)
COVERS = (
    ("school", pgettext_lazy("consent covers", "School")),
    ("social", pgettext_lazy("consent covers", "Social services")),
    ("police", pgettext_lazy("consent covers", "The police")),
    ("leisure", pgettext_lazy("consent covers", "Leisure")),
    ("other", pgettext_lazy("consent covers", "Other")),
)


def said(choices: Any, text: str) -> str:
    """A code, or a code with words of its own after it, as a page says it."""
    code, _space, more = text.partition(" ")
    label = dict(choices).get(code)
    if label is None:
        return text
    return f"{label}. {more}" if more else str(label)


def covered(codes: str) -> str:
    """Whom a consent lets work together."""
    names = dict(COVERS)
    return ", ".join(str(names.get(code, code)) for code in codes.split())
