"""Addresses of cases: inside the wall under /arenden/, and the way in outside it.

They are there when PORTAL_CASES is on. Each says what its opening is called in the zone's log.
"""

from functools import partial

from coordination.access.urls import BOTH, WRITE, about, holding, path
from coordination.access.vocabulary import Permission as P

from . import hand_in_urls
from .views import case, destroying, listing, triaging

on_case = partial(about, "cases.Case", reads="cases.case.opened", case="pk")
carried = partial(holding, P.CARRY_CASES)
disposal = partial(holding, reads="cases.destruction.opened")

urlpatterns = [
    *hand_in_urls.urlpatterns,
    path("arenden/", listing.cases, name="cases", policy=carried(reads="cases.list.opened")),
    path(
        "arenden/namn/",
        listing.cases_names,
        name="cases_names",
        policy=carried(reads="cases.list.opened", methods=WRITE),
    ),
    path(
        "arenden/sok/",
        listing.cases_search,
        name="cases_search",
        policy=carried(reads="cases.name.searched", methods=BOTH),
    ),
    path("arenden/<uuid:case>/", case.case, name="case", policy=on_case(see=P.VIEW_CASE)),
    path(
        "arenden/<uuid:case>/forhandsbedomning/",
        triaging.triage_page,
        name="case_triage",
        policy=on_case(see=P.TRIAGE_CASE, methods=BOTH),
    ),
    path(
        "arenden/<uuid:case>/atkomst/",
        case.case_access,
        name="case_access",
        policy=on_case(see=P.VIEW_CASE),
    ),
    path(
        "gallring/",
        destroying.destructions,
        name="destructions",
        policy=disposal(P.READ_DESTRUCTION),
    ),
    path(
        "gallring/ny/",
        destroying.destruction_new,
        name="destruction_new",
        policy=disposal(P.PROPOSE_DESTRUCTION, methods=WRITE),
    ),
    path(
        "gallring/sparra/",
        destroying.hold,
        name="hold",
        policy=disposal(P.HOLD_DESTRUCTION, methods=BOTH),
    ),
    path(
        "gallring/sparr/<int:hold>/havd/",
        destroying.hold_lift,
        name="hold_lift",
        policy=disposal(P.HOLD_DESTRUCTION, model="cases.Hold", methods=WRITE, hold="pk"),
    ),
    path(
        "gallring/<int:destruction>/",
        destroying.destruction,
        name="destruction",
        policy=disposal(P.READ_DESTRUCTION, model="cases.Destruction", destruction="pk"),
    ),
    path(
        "gallring/<int:destruction>/svar/",
        destroying.destruction_answer,
        name="destruction_answer",
        policy=disposal(
            P.APPROVE_DESTRUCTION, model="cases.Destruction", methods=WRITE, destruction="pk"
        ),
    ),
    path(
        "gallring/<int:destruction>/protokoll/",
        destroying.destruction_pdf,
        name="destruction_pdf",
        policy=disposal(P.READ_DESTRUCTION, model="cases.Destruction", destruction="pk"),
    ),
]
