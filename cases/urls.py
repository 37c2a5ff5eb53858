"""Addresses of cases: inside the wall under /arenden/, and the way in outside it.

They are there when PORTAL_CASES is on. Each says what its opening is called in the zone's log.
"""

from functools import partial

from coordination.access.urls import BOTH, WRITE, about, holding, path
from coordination.access.vocabulary import Permission as P

from . import acting_urls, destruction_urls, hand_in_urls
from .views import case, documenting, listing, triaging

on_case = partial(about, "cases.Case", reads="cases.case.opened", case="pk")
carried = partial(holding, P.CARRY_CASES)

urlpatterns = [
    *hand_in_urls.urlpatterns,
    *destruction_urls.urlpatterns,
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
        "arenden/<uuid:case>/plan/",
        documenting.plan,
        name="case_plan",
        policy=on_case(see=P.VIEW_CASE),
    ),
    path(
        "arenden/<uuid:case>/plan/bedomning/",
        documenting.assessment_new,
        name="case_assess",
        policy=on_case(see=P.KEEP_CASE, methods=BOTH),
    ),
    path(
        "arenden/<uuid:case>/plan/mal/",
        documenting.goal_new,
        name="case_goal_new",
        policy=on_case(see=P.KEEP_CASE, methods=BOTH),
    ),
    path(
        "arenden/<uuid:case>/plan/nummer/",
        documenting.journal,
        name="case_journal",
        policy=on_case(see=P.KEEP_CASE, methods=BOTH),
    ),
    path(
        "arenden/<uuid:case>/plan/borjar/",
        documenting.plan_begin,
        name="case_begin",
        policy=on_case(see=P.VIEW_CASE, do=P.KEEP_CASE, methods=WRITE),
    ),
    path(
        "arenden/<uuid:case>/uppfoljning/",
        documenting.follow_up,
        name="case_follow_up",
        policy=on_case(see=P.VIEW_CASE, do=P.KEEP_CASE, methods=BOTH),
    ),
    path(
        "arenden/<uuid:case>/handelser/",
        documenting.events,
        name="case_events",
        policy=on_case(see=P.VIEW_CASE, do=P.KEEP_CASE, methods=BOTH),
    ),
    *acting_urls.urlpatterns,
]
