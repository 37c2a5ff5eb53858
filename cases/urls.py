"""Addresses of cases: inside the wall under /arenden/, and the way in outside it.

They are there when PORTAL_CASES is on. Each says what its opening is called in the zone's log.
"""

from functools import partial

from coordination.access.urls import BOTH, WRITE, about, holding, path
from coordination.access.vocabulary import Permission as P

from .views import case, listing, triaging

on_case = partial(about, "cases.Case", reads="cases.case.opened", case="pk")
carried = partial(holding, P.CARRY_CASES)

urlpatterns = [
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
]
