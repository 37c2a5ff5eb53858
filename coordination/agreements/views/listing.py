"""The list of agreements: those that the person may read, and no trace of the others."""

from functools import partial
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.agreements import keeping
from coordination.agreements.forms import AgreementFilter
from coordination.agreements.models import Agreement, Standing
from coordination.frame import exports
from coordination.ui.lists import Column, ListPage, swedish, swedish_key
from coordination.writing import saved_views

COLUMNS = (
    Column("name", gettext_lazy("Agreement"), order=(swedish("name"),)),
    Column("parties", gettext_lazy("Parties")),
    Column(
        "to",
        gettext_lazy("In force until"),
        order=("valid_to", swedish("name")),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
    Column("extremism", gettext_lazy("Violent extremism"), order=("extremism", swedish("name"))),
    Column(
        "status",
        gettext_lazy("Status"),
        order=("rank", "valid_to", swedish("name")),
        up=gettext_lazy("what expires soon first"),
        down=gettext_lazy("what has ended first"),
    ),
)
TONES = {
    Standing.SOON: "warning",
    Standing.IN_FORCE: "success",
    Standing.COMING: "info",
    Standing.DRAFT: "neutral",
}


def state_of(agreement: Any) -> dict[str, str]:
    """How an agreement stands that was asked for with its standing: the word and its tone."""
    standing = Standing(agreement.standing)
    return {"text": str(standing.label), "tone": TONES.get(standing, "ended")}


def listed(request: HttpRequest, *more: str) -> ListPage:
    """The agreements that the address asks for. Filters offer what the person's own rows have."""
    visible = Agreement.objects.visible_to(request.user)

    def choices(name: str) -> list[tuple[int, str]]:
        chosen = visible.order_by().filter(**{f"{name}__isnull": False})
        found = chosen.values_list(name, f"{name}__name")
        return sorted(found.distinct(), key=lambda one: swedish_key(one[1]))

    return ListPage(
        request,
        visible.with_standing(timezone.localdate()).prefetch_related("parties", *more),
        columns=COLUMNS,
        default="status",
        filters=partial(
            AgreementFilter, parties=choices("parties"), districts=choices("districts")
        ),
    )


def agreements(request: HttpRequest) -> HttpResponse:
    """Every agreement, those first that expire soon."""
    page = listed(request)
    context = {
        "list": page,
        "rows": [(one, state_of(one), names_of(one.parties)) for one in page.rows],
        "views": saved_views.of(request.user, "agreements"),
        "may_keep": policy.may(request.user, Permission.KEEP_AGREEMENTS),
    }
    return render(request, "agreements/agreements.html", context)


def names_of(many: Any) -> list[str]:
    """The names of what was fetched with the agreement, in order."""
    return sorted((one.name for one in many.all()), key=swedish_key)


def agreements_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The list as a file, with what the agreements say."""
    texts = ("purposes", "areas", "problems", "causes", "goals", "documented", "followed_up")

    def cells(one: Any) -> tuple[Any, ...]:
        return (
            one.name,
            state_of(one)["text"],
            "; ".join(names_of(one.parties)),
            one.valid_from,
            one.valid_to,
            one.signed_on,
            one.signed_for_municipality,
            one.signed_for_others,
            one.get_extremism_display(),
            one.paragraph,
            *(getattr(one, name) for name in texts),
            "; ".join(pledge.text for pledge in sorted(one.pledges.all(), key=_position)),
            "; ".join(names_of(one.districts)),
            "; ".join(str(level) for level in sorted(one.levels.all(), key=_position)),
            one.follow_up_on,
        )

    names = keeping.NAMES
    before = ("valid_from", "valid_to", "signed_on", "signed_for_municipality")
    after = ("signed_for_others", "extremism", "paragraph", *texts)
    last = ("pledges", "districts", "levels", "follow_up_on")
    return exports.as_file(
        request,
        listed(request, "pledges", "districts", "levels"),
        what="agreements",
        back=reverse("agreements"),
        title=_("Agreements"),
        file_name=pgettext("file name", "agreements-%(day)s.%(format)s"),
        header=(
            _("Agreement"),
            _("Status"),
            _("Parties"),
            *(str(names[name]) for name in (*before, *after, *last)),
        ),
        cells=cells,
    )


def _position(one: Any) -> int:
    return int(one.position)
