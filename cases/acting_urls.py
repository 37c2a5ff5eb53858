"""Addresses of what is done with a case as a whole: who carries it, what it rests on, how it ends."""

from functools import partial

from coordination.access.urls import BOTH, READ, WRITE, about, holding, path
from coordination.access.vocabulary import Permission as P

from .views import closing, consents, glimpses, handing_over, roles

OPENED = "cases.case.opened"
GLIMPSES = "cases.glimpses.opened"
on_case = partial(about, "cases.Case", methods=BOTH, reads=OPENED, case="pk")
"""A page about a case. Each opening of it is logged; what only changes something is asked too."""
on_glimpse = partial(about, "cases.Glimpse", methods=BOTH, reads=GLIMPSES, glimpse="pk")
kept = partial(on_case, see=P.KEEP_CASE)

urlpatterns = [
    path(
        "arenden/<uuid:case>/ansvarig/",
        roles.case_role,
        name="case_role",
        policy=on_case(see=P.LIST_CASES),
    ),
    path(
        "arenden/<uuid:case>/jav/",
        roles.case_conflict,
        name="case_conflict",
        policy=on_case(see=P.LIST_CASES),
    ),
    path(
        "arenden/<uuid:case>/avsluta/",
        closing.case_close,
        name="case_close",
        policy=kept(),
    ),
    path(
        "arenden/<uuid:case>/avsluta/<uuid:asked>/",
        closing.case_closing,
        name="case_closing",
        policy=kept(asked="closings__pk"),
    ),
    path(
        "arenden/<uuid:case>/avsluta/<uuid:asked>/nej/",
        closing.case_closing_refuse,
        name="case_closing_refuse",
        policy=kept(asked="closings__pk"),
    ),
    path(
        "arenden/<uuid:case>/oppna-igen/",
        closing.case_reopen,
        name="case_reopen",
        policy=kept(),
    ),
    path(
        "arenden/<uuid:case>/aterblick/<uuid:check_up>/",
        closing.case_check_up,
        name="case_check_up",
        policy=kept(check_up="check_ups__pk"),
    ),
    path(
        "arenden/<uuid:case>/samtycken/",
        consents.case_consents,
        name="case_consents",
        policy=on_case(see=P.VIEW_CASE, methods=READ),
    ),
    path(
        "arenden/<uuid:case>/samtycken/nytt/",
        consents.case_consent_new,
        name="case_consent_new",
        policy=kept(),
    ),
    path(
        "arenden/<uuid:case>/samtycken/<uuid:consent>/aterkalla/",
        consents.case_consent_withdraw,
        name="case_consent_withdraw",
        policy=kept(consent="consents__pk"),
    ),
    path(
        "arenden/<uuid:case>/nodoppna/avsluta/",
        glimpses.case_glimpse_end,
        name="case_glimpse_end",
        policy=on_case(see=P.VIEW_CASE, methods=WRITE),
    ),
    path(
        "arenden/<uuid:case>/nodoppningar/",
        glimpses.case_glimpses,
        name="case_glimpses",
        policy=on_case(see=P.VIEW_CASE, methods=READ),
    ),
    path(
        "arenden/nodoppna/",
        glimpses.glimpse_new,
        name="glimpse_new",
        policy=holding(P.CARRY_CASES, methods=BOTH, reads=GLIMPSES, fresh=True),
    ),
    path(
        "arenden/nodoppna/<uuid:glimpse>/",
        glimpses.glimpse_approve,
        name="glimpse_approve",
        policy=on_glimpse(see=P.KEEP_CASE, fresh=True),
    ),
    path(
        "arenden/nodoppningar/",
        glimpses.glimpse_list,
        name="glimpse_list",
        policy=holding(P.REVIEW_GLIMPSES, reads=GLIMPSES),
    ),
    path(
        "arenden/nodoppningar/<uuid:glimpse>/",
        glimpses.glimpse_review,
        name="glimpse_review",
        policy=on_glimpse(see=P.REVIEW_GLIMPSES),
    ),
    path(
        "arenden/<uuid:case>/overlamna/",
        handing_over.case_hand_over,
        name="case_hand_over",
        policy=kept(),
    ),
    path(
        "arenden/<uuid:case>/overlamning/",
        handing_over.case_handover,
        name="case_handover",
        policy=on_case(see=P.VIEW_CASE, methods=READ),
    ),
    path(
        "arenden/<uuid:case>/overlamning/<uuid:duty>/klar/",
        handing_over.case_duty_done,
        name="case_duty_done",
        policy=kept(methods=WRITE, duty="duties__pk"),
    ),
]
