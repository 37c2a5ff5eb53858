"""Addresses of legal bases, and of retention rules beside them."""

from functools import partial

from coordination.access.urls import BOTH, Policy, holding, path
from coordination.access.vocabulary import Permission as P

from .views import law, listing

readers = partial(holding, P.VIEW_GROUNDS)
keepers = partial(holding, P.KEEP_GROUNDS, methods=BOTH)


def on_basis(**more: bool) -> Policy:
    return keepers(model="grounds.BasisVersion", version="pk", **more)


def on_rule(**more: bool) -> Policy:
    return keepers(model="grounds.RetentionVersion", version="pk", **more)


urlpatterns = [
    path("rattsliga-grunder/", listing.legal_bases, name="legal_bases", policy=readers()),
    path("rattsliga-grunder/ny/", law.legal_basis_new, name="legal_basis_new", policy=keepers()),
    path(
        "rattsliga-grunder/<int:law>/",
        law.page,
        name="legal_basis",
        policy=readers(model="grounds.LegalBasis", law="pk"),
    ),
    path(
        "rattsliga-grunder/<int:law>/ny-version/",
        law.version_new,
        name="basis_version_new",
        policy=keepers(model="grounds.LegalBasis", law="pk"),
    ),
    # A review lets people hand secrets over, and a rule destroy: who notes one shows a factor again.
    path(
        "rattsliga-grunder/version/<int:version>/granskad/",
        law.version_review,
        name="basis_review",
        policy=on_basis(fresh=True),
    ),
    path(
        "rattsliga-grunder/version/<int:version>/sista-dag/",
        law.version_end,
        name="basis_end",
        policy=on_basis(),
    ),
    path(
        "rattsliga-grunder/version/<int:version>/stryk/",
        law.version_strike,
        name="basis_strike",
        policy=on_basis(),
    ),
    # Retention rules
    path(
        "rattsliga-grunder/gallringsregler/",
        listing.retention_rules,
        name="retention_rules",
        policy=readers(),
    ),
    path(
        "rattsliga-grunder/gallringsregler/<int:law>/",
        law.page,
        name="retention_rule",
        policy=readers(model="grounds.RetentionRule", law="pk"),
    ),
    path(
        "rattsliga-grunder/gallringsregler/<int:law>/ny-version/",
        law.version_new,
        name="retention_version_new",
        policy=keepers(model="grounds.RetentionRule", law="pk"),
    ),
    path(
        "rattsliga-grunder/gallringsregler/version/<int:version>/granskad/",
        law.version_review,
        name="retention_review",
        policy=on_rule(fresh=True),
    ),
    path(
        "rattsliga-grunder/gallringsregler/version/<int:version>/sista-dag/",
        law.version_end,
        name="retention_end",
        policy=on_rule(),
    ),
    path(
        "rattsliga-grunder/gallringsregler/version/<int:version>/stryk/",
        law.version_strike,
        name="retention_strike",
        policy=on_rule(),
    ),
]
