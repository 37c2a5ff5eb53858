"""Addresses of destruction, outside the wall's prefix: who decides on it opens no case."""

from functools import partial

from coordination.access.urls import BOTH, WRITE, holding, path
from coordination.access.vocabulary import Permission as P

from .views import destroying

disposal = partial(holding, reads="cases.destruction.opened")

urlpatterns = [
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
