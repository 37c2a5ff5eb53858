"""An item that somebody proposes, and the answers of those who keep the forum."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coordination.ui.fields import GuardedText, row_key
from coordination.ui.forms import FormError, PortalForm, error_summary
from forums import entries, proposals
from forums.models import ItemKind, Meeting
from forums.refusals import NotOfThisForum

from .meetings import LONGEST_ITEM

DECISIONS = ("accept", "decline")


class ProposalForm(PortalForm):
    """What somebody wants to have on the agenda."""

    title = GuardedText(label=_("Heading"), limit=entries.ITEM_TITLE)
    kind = forms.ChoiceField(label=_("Kind"), choices=ItemKind.choices, initial="discussion")
    reason = GuardedText(
        label=_("Why the item should be taken up"),
        limit=proposals.REASON,
        multiline=True,
        rows=3,
        required=False,
    )
    minutes = forms.IntegerField(
        label=_("Wanted minutes"),
        required=False,
        min_value=1,
        max_value=LONGEST_ITEM,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input--4"}),
        error_messages={
            "invalid": _("Enter the minutes as a whole number, e.g. 15"),
            "min_value": _("Enter the minutes as a whole number, e.g. 15"),
            "max_value": _("An item can be at most %(limit_value)s minutes"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].error_messages["required"] = _("Enter what the item is about")


class AnswerForm(PortalForm):
    """Why a proposal is declined."""

    answer = GuardedText(
        label=_("Why, if you decline"),
        limit=proposals.ANSWER,
        required=False,
        help_text=_("The person who proposed the item can read it."),
    )


class Proposed:
    """The undecided proposals of a meeting as they stand on its plan page, each with an answer to
    give. Their buttons send `accept-<number>` or `decline-<number>` with everything else on the page.
    """

    def __init__(self, meeting: Meeting, data: Any = None) -> None:
        self.meeting = meeting
        waiting = meeting.proposals.waiting().select_related("proposed_by").in_order()
        self.rows = [(one, AnswerForm(data, prefix=f"proposal-{one.pk}")) for one in waiting]
        name, _dash, number = (data or {}).get("do", "").partition("-")
        self.wish = name if name in DECISIONS else ""
        self.number = row_key(number) if self.wish else None

    def is_valid(self) -> bool:
        # Every answer is asked, so that every error is shown at once.
        return all(form.is_valid() for _one, form in self.rows)

    @property
    def errors(self) -> list[FormError]:
        return error_summary(*(form for _one, form in self.rows))

    def decide(self, by: Any) -> None:
        """Does what the pressed button asks for; nothing when it was another one."""
        if not self.wish:
            return
        # Also of one that is decided already: the refusal says what became of it.
        proposal = self.meeting.proposals.filter(pk=self.number).first()
        if proposal is None:
            raise NotOfThisForum()
        if self.wish == "accept":
            proposals.accept(proposal=proposal, by=by)
        else:
            answers = {one.pk: form.cleaned_data["answer"] for one, form in self.rows}
            proposals.decline(proposal=proposal, by=by, answer=answers.get(proposal.pk, ""))

    @property
    def said(self) -> str:
        """What to say when it is done."""
        if self.wish == "accept":
            return gettext("The proposal is on the agenda. The person who made it is told.")
        return gettext("The proposal is declined. The person who made it is told.")
