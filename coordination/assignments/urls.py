"""Addresses of the guideline and its assignments."""

from functools import partial

from coordination.access.urls import BOTH, WRITE, about, holding, path
from coordination.access.vocabulary import Permission as P

from .views import asking, assignment, assignments, guideline, papers

readers = holding(P.VIEW_ASSIGNMENTS)
on_assignment = partial(holding, model="assignments.Assignment", assignment="pk")
on_owner = partial(about, "assignments.AssignmentOwner", owner="pk")
on_file = partial(about, "assignments.AssignmentFile", file="pk")
on_guideline = partial(holding, model="assignments.Guideline", guideline="pk")

urlpatterns = [
    path("riktlinjer/", guideline.guideline, name="guideline", policy=holding(P.USE_PORTAL)),
    path("riktlinjer/krav/", guideline.guideline_demands, name="guideline_demands", policy=readers),
    path(
        "riktlinjer/ny/",
        guideline.guideline_new,
        name="guideline_new",
        policy=holding(P.KEEP_ASSIGNMENTS, methods=BOTH),
    ),
    path(
        "riktlinjer/<int:guideline>/",
        guideline.guideline_version,
        name="guideline_version",
        policy=on_guideline(P.USE_PORTAL),
    ),
    path(
        "riktlinjer/<int:guideline>/uppdrag/",
        guideline.guideline_assignments,
        name="guideline_assignments",
        policy=on_guideline(P.KEEP_ASSIGNMENTS, methods=BOTH),
    ),
    path("uppdrag/", assignments.assignments, name="assignments", policy=readers),
    path(
        "uppdrag/hamta/", assignments.assignments_export, name="assignments_export", policy=readers
    ),
    path("uppdrag/tavla/", assignments.assignments_board, name="assignments_board", policy=readers),
    path(
        "uppdrag/begar-uppdatering/",
        asking.assignments_ask,
        name="assignments_ask",
        policy=holding(P.KEEP_ASSIGNMENTS, methods=BOTH),
    ),
    path(
        "uppdrag/nytt/",
        assignments.assignment_new,
        name="assignment_new",
        policy=holding(P.KEEP_ASSIGNMENTS, methods=BOTH),
    ),
    path(
        "uppdrag/<int:assignment>/",
        assignment.assignment,
        name="assignment",
        policy=on_assignment(P.VIEW_ASSIGNMENTS),
    ),
    path(
        "uppdrag/<int:assignment>/andra/",
        assignments.assignment_change,
        name="assignment_change",
        policy=on_assignment(P.KEEP_ASSIGNMENTS, methods=BOTH),
    ),
    path(
        "uppdrag/<int:assignment>/filer/ny/",
        papers.assignment_file_new,
        name="assignment_file_new",
        policy=about(
            "assignments.Assignment", see=P.UPDATE_ASSIGNMENTS, methods=BOTH, assignment="pk"
        ),
    ),
    path(
        "uppdrag/filer/<int:file>/",
        papers.assignment_file,
        name="assignment_file",
        policy=on_file(see=P.VIEW_ASSIGNMENTS),
    ),
    path(
        "uppdrag/filer/<int:file>/ta-bort/",
        papers.assignment_file_remove,
        name="assignment_file_remove",
        policy=on_file(see=P.UPDATE_ASSIGNMENTS, methods=WRITE),
    ),
    path(
        "uppdrag/filer/<int:file>/angra/",
        papers.assignment_file_restore,
        name="assignment_file_restore",
        policy=on_file(see=P.UPDATE_ASSIGNMENTS, methods=WRITE),
    ),
    path(
        "uppdrag/uppdatera/<int:owner>/",
        assignments.assignment_update,
        name="assignment_update",
        policy=on_owner(see=P.UPDATE_ASSIGNMENTS, methods=BOTH),
    ),
    path(
        "uppdrag/status/<int:owner>/",
        assignments.assignment_status,
        name="assignment_status",
        policy=on_owner(see=P.UPDATE_ASSIGNMENTS, methods=WRITE),
    ),
]
