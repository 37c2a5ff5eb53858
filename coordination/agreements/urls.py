"""Addresses of agreements, under those of actors: they are between actors."""

from functools import partial

from coordination.access.urls import BOTH, WRITE, about, holding, path
from coordination.access.vocabulary import Permission as P

from .views import agreements, listing

on_agreement = partial(about, "agreements.Agreement", agreement="pk")
kept = partial(on_agreement, see=P.VIEW_AGREEMENTS, do=P.KEEP_AGREEMENTS, methods=WRITE)
filled_in = partial(on_agreement, see=P.KEEP_AGREEMENTS, methods=BOTH)

urlpatterns = [
    path(
        "aktorer/overenskommelser/",
        listing.agreements,
        name="agreements",
        policy=holding(P.VIEW_AGREEMENTS),
    ),
    path(
        "aktorer/overenskommelser/hamta/",
        listing.agreements_export,
        name="agreements_export",
        policy=holding(P.VIEW_AGREEMENTS),
    ),
    path(
        "aktorer/overenskommelser/ny/",
        agreements.agreement_new,
        name="agreement_new",
        policy=holding(P.KEEP_AGREEMENTS, methods=BOTH),
    ),
    path(
        "aktorer/overenskommelser/<int:agreement>/",
        agreements.agreement,
        name="agreement",
        policy=on_agreement(see=P.VIEW_AGREEMENTS),
    ),
    path(
        "aktorer/overenskommelser/<int:agreement>/andra/",
        agreements.agreement_change,
        name="agreement_change",
        policy=filled_in(),
    ),
    path(
        "aktorer/overenskommelser/<int:agreement>/galler/",
        agreements.agreement_in_force,
        name="agreement_in_force",
        policy=kept(),
    ),
    path(
        "aktorer/overenskommelser/<int:agreement>/avsluta/",
        agreements.agreement_end,
        name="agreement_end",
        policy=filled_in(),
    ),
    path(
        "aktorer/overenskommelser/<int:agreement>/fornya/",
        agreements.agreement_renew,
        name="agreement_renew",
        policy=kept(),
    ),
    path(
        "aktorer/overenskommelser/<int:agreement>/slang/",
        agreements.agreement_discard,
        name="agreement_discard",
        policy=kept(),
    ),
    path(
        "aktorer/overenskommelser/<int:agreement>/fil/",
        agreements.agreement_file,
        name="agreement_file",
        policy=on_agreement(see=P.VIEW_AGREEMENTS),
    ),
    path(
        "aktorer/overenskommelser/<int:agreement>/fil/ny/",
        agreements.agreement_file_new,
        name="agreement_file_new",
        policy=filled_in(),
    ),
    path(
        "aktorer/overenskommelser/<int:agreement>/fil/ta-bort/",
        agreements.agreement_file_remove,
        name="agreement_file_remove",
        policy=kept(),
    ),
]
