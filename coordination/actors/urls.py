"""Addresses of the register of actors."""

from functools import partial

from coordination.access.urls import BOTH, WRITE, about, holding, path
from coordination.access.vocabulary import Permission as P

from .views import coverage, history, importing, register

seen = partial(holding, P.VIEW_ACTORS)
reads_lists = partial(holding, P.KEEP_ALL_ACTORS)
on_list = partial(holding, P.KEEP_ALL_ACTORS, model="actors.ActorImport", list="pk")
on_actor = partial(about, "actors.Organisation", actor="pk")

urlpatterns = [
    path("aktorer/", register.actors, name="actors", policy=seen()),
    path("aktorer/hamta/", register.actors_export, name="actors_export", policy=seen()),
    path(
        "aktorer/ny/",
        register.actor_new,
        name="actor_new",
        policy=holding(P.KEEP_ACTORS, methods=BOTH),
    ),
    path("aktorer/<int:actor>/", register.actor, name="actor", policy=on_actor(see=P.VIEW_ACTORS)),
    path(
        "aktorer/<int:actor>/andra/",
        register.actor_change,
        name="actor_change",
        policy=on_actor(see=P.KEEP_ACTORS, methods=BOTH),
    ),
    path(
        "aktorer/<int:actor>/kontrollerad/",
        register.actor_checked,
        name="actor_checked",
        policy=on_actor(see=P.VIEW_ACTORS, do=P.KEEP_ACTORS, methods=WRITE),
    ),
    # The common thread: who works where
    path("aktorer/roda-traden/", coverage.coverage, name="coverage", policy=seen()),
    path(
        "aktorer/roda-traden/hamta/",
        coverage.coverage_export,
        name="coverage_export",
        policy=seen(),
    ),
    path(
        "aktorer/roda-traden/niva/",
        coverage.coverage_matrix,
        name="coverage_matrix",
        policy=seen(),
    ),
    path(
        "aktorer/roda-traden/niva/hamta/",
        coverage.coverage_matrix_export,
        name="coverage_matrix_export",
        policy=seen(),
    ),
    path(
        "aktorer/roda-traden/bakom/",
        coverage.coverage_behind,
        name="coverage_behind",
        policy=seen(),
    ),
    # Its history: for those who keep every actor
    path(
        "aktorer/<int:actor>/byt-namn/",
        history.actor_rename,
        name="actor_rename",
        policy=on_actor(see=P.KEEP_ALL_ACTORS, methods=BOTH),
    ),
    path(
        "aktorer/<int:actor>/avsluta/",
        history.actor_end,
        name="actor_end",
        policy=on_actor(see=P.KEEP_ALL_ACTORS, methods=BOTH),
    ),
    path(
        "aktorer/<int:actor>/ateruppta/",
        history.actor_resume,
        name="actor_resume",
        policy=on_actor(see=P.KEEP_ALL_ACTORS, methods=WRITE),
    ),
    path(
        "aktorer/<int:actor>/sla-ihop/",
        history.actor_merge,
        name="actor_merge",
        policy=on_actor(see=P.KEEP_ALL_ACTORS, methods=BOTH),
    ),
    path(
        "aktorer/<int:actor>/sla-ihop/angra/",
        history.actor_merge_undo,
        name="actor_merge_undo",
        policy=on_actor(see=P.KEEP_ALL_ACTORS, methods=WRITE),
    ),
    # Lists that are read in
    path(
        "aktorer/listor/",
        importing.actor_imports,
        name="actor_imports",
        policy=reads_lists(methods=BOTH),
    ),
    path(
        "aktorer/listor/hamta/",
        importing.actor_imports_export,
        name="actor_imports_export",
        policy=reads_lists(),
    ),
    path(
        "aktorer/listor/<int:list>/",
        importing.actor_import,
        name="actor_import",
        policy=on_list(),
    ),
    path(
        "aktorer/listor/<int:list>/rader/",
        importing.actor_import_rows,
        name="actor_import_rows",
        policy=on_list(),
    ),
    path(
        "aktorer/listor/<int:list>/gor/",
        importing.actor_import_do,
        name="actor_import_do",
        policy=on_list(methods=WRITE),
    ),
]
