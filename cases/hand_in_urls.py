"""Addresses on which a case is handed in and advice is asked for, outside the wall; and the unit's list of
who asked, inside it (resolution 16)."""

from functools import partial

from coordination.access.urls import BOTH, WRITE, about, holding, path
from coordination.access.vocabulary import Permission as P

from .views import advice, handing_in, receipts

on_draft = partial(
    about,
    "cases.HandInDraft",
    see=P.HAND_IN_CASE,
    methods=BOTH,
    reads="cases.draft.opened",
    draft="pk",
)
hands_in = partial(holding, P.HAND_IN_CASE)

urlpatterns = [
    path("lamna-in/", handing_in.hand_in, name="hand_in", policy=hands_in(methods=BOTH)),
    path(
        "lamna-in/fara/",
        handing_in.stop_danger,
        name="hand_in_stop_danger",
        policy=hands_in(),
    ),
    path(
        "lamna-in/barn/",
        handing_in.stop_child,
        name="hand_in_stop_child",
        policy=hands_in(),
    ),
    path(
        "lamna-in/deltagit/",
        handing_in.stop_took_part,
        name="hand_in_stop_took_part",
        policy=hands_in(),
    ),
    path(
        "lamna-in/skolattack/",
        handing_in.stop_school_attack,
        name="hand_in_stop_school_attack",
        policy=hands_in(methods=BOTH),
    ),
    path(
        "lamna-in/sakerhetsskydd/",
        handing_in.stop_classified,
        name="hand_in_stop_classified",
        policy=hands_in(),
    ),
    path("lamna-in/radgor/", advice.ask, name="hand_in_advice", policy=hands_in(methods=BOTH)),
    path("lamna-in/radgor/skickat/", advice.sent, name="hand_in_advice_sent", policy=hands_in()),
    path("inlamnat/", receipts.mine, name="hand_in_mine", policy=hands_in()),
    path(
        "inlamnat/<uuid:submission>/",
        receipts.receipt,
        name="hand_in_receipt",
        policy=about(
            "cases.Receipt",
            see=P.HAND_IN_CASE,
            reads="cases.receipt.opened",
            submission="pk",
        ),
    ),
    path(
        "lamna-in/<uuid:draft>/handelse/",
        handing_in.happened,
        name="hand_in_happened",
        policy=on_draft(),
    ),
    path("lamna-in/<uuid:draft>/vem/", handing_in.who, name="hand_in_who", policy=on_draft()),
    path(
        "lamna-in/<uuid:draft>/samtycke/",
        handing_in.consent,
        name="hand_in_consent",
        policy=on_draft(),
    ),
    path("lamna-in/<uuid:draft>/grund/", handing_in.basis, name="hand_in_basis", policy=on_draft()),
    path(
        "lamna-in/<uuid:draft>/kontrollera/",
        handing_in.check,
        name="hand_in_check",
        policy=on_draft(),
    ),
    path("lamna-in/<uuid:draft>/slang/", handing_in.drop, name="hand_in_drop", policy=on_draft()),
    path(
        "arenden/radgivning/",
        advice.asked,
        name="advice",
        policy=holding(P.CARRY_CASES, reads="cases.advice.listed"),
    ),
    path(
        "arenden/radgivning/<uuid:advice_request>/kontaktad/",
        advice.contacted,
        name="advice_contacted",
        policy=about(
            "cases.AdviceRequest",
            see=P.CARRY_CASES,
            methods=WRITE,
            reads="cases.advice.listed",
            advice_request="pk",
        ),
    ),
]
