"""The addresses of the resource report. A part, a row and a version have addresses of their own."""

from typing import Any

from coordination.access.urls import BOTH, READ, WRITE, about, holding, path
from coordination.access.vocabulary import Permission

from .views import (
    activities,
    board,
    compilations,
    inviting,
    parts,
    pasting,
    reminding,
    reports,
    requests,
    summary,
    versions,
)


def on_report(permission: Permission, methods: tuple[str, ...] = READ) -> Any:
    return about("resources.Report", see=permission, methods=methods, report="pk")


def on_activity() -> Any:
    return about("resources.Activity", see=Permission.REPORT_RESOURCES, methods=BOTH, activity="pk")


def on_request(see: Permission, methods: tuple[str, ...] = READ) -> Any:
    return about("resources.SentRequest", see=see, methods=methods, asked="pk")


urlpatterns = [
    path(
        "resurser/",
        reports.resources,
        name="resources",
        policy=holding(Permission.READ_RESOURCES),
    ),
    path(
        "resurser/fil/",
        board.resources_export,
        name="resources_export",
        policy=holding(Permission.REVIEW_RESOURCES),
    ),
    path(
        "resurser/tider/",
        board.report_windows,
        name="report_windows",
        policy=holding(Permission.REVIEW_RESOURCES, methods=BOTH),
    ),
    path(
        "resurser/paminn/",
        reminding.resources_remind,
        name="resources_remind",
        policy=holding(Permission.REVIEW_RESOURCES, methods=BOTH),
    ),
    path(
        "resurser/sammanstallning/",
        summary.resources_summary,
        name="resources_summary",
        policy=holding(Permission.READ_RESOURCE_FIGURES),
    ),
    path(
        "resurser/sammanstallning/fil/",
        summary.resources_summary_export,
        name="resources_summary_export",
        policy=holding(Permission.READ_RESOURCE_FIGURES),
    ),
    path(
        "resurser/sammanstallning/bakom/",
        summary.resources_behind,
        name="resources_behind",
        policy=holding(Permission.REVIEW_RESOURCES),
    ),
    path(
        "resurser/sammanstallning/filer/",
        compilations.compilations,
        name="compilations",
        policy=holding(Permission.READ_RESOURCE_FIGURES, methods=BOTH),
    ),
    path(
        "resurser/sammanstallning/filer/<int:compilation>/",
        compilations.compilation_file,
        name="compilation_file",
        policy=about(
            "resources.Compilation", see=Permission.READ_RESOURCE_FIGURES, compilation="pk"
        ),
    ),
    path(
        "resurser/begaran/",
        requests.requests,
        name="requests",
        policy=holding(Permission.READ_REQUESTS),
    ),
    path(
        "resurser/begaran/fil/",
        requests.requests_export,
        name="requests_export",
        policy=holding(Permission.READ_REQUESTS),
    ),
    path(
        "resurser/begaran/<int:asked>/",
        requests.request_,
        name="request",
        policy=on_request(Permission.READ_REQUESTS),
    ),
    path(
        "resurser/begaran/<int:asked>/yttrande/",
        requests.request_opinion,
        name="request_opinion",
        policy=on_request(Permission.REVIEW_RESOURCES, BOTH),
    ),
    path(
        "resurser/begaran/<int:asked>/beslut/",
        requests.request_decision,
        name="request_decision",
        policy=on_request(Permission.DECIDE_REQUESTS, BOTH),
    ),
    path(
        "resurser/begaran/<int:asked>/angra/",
        requests.request_undo,
        name="request_undo",
        policy=on_request(Permission.READ_REQUESTS, WRITE),
    ),
    path(
        "resurser/ersatt/",
        inviting.report_replace,
        name="report_replace",
        policy=holding(Permission.INVITE_TO_REPORT, methods=WRITE),
    ),
    path(
        "resurser/<int:report>/kollega/",
        inviting.report_invite,
        name="report_invite",
        policy=on_report(Permission.INVITE_TO_REPORT, BOTH),
    ),
    path(
        "resurser/borja/",
        reports.report_begin,
        name="report_begin",
        policy=holding(Permission.REPORT_RESOURCES, methods=WRITE),
    ),
    path(
        "resurser/<int:report>/",
        reports.report,
        name="report",
        policy=on_report(Permission.VIEW_OWN_REPORT),
    ),
    path(
        "resurser/<int:report>/inget/",
        reports.report_nothing,
        name="report_nothing",
        policy=on_report(Permission.REPORT_RESOURCES, BOTH),
    ),
    path(
        "resurser/<int:report>/verksamhet/",
        activities.activity_new,
        name="activity_new",
        policy=on_report(Permission.REPORT_RESOURCES, BOTH),
    ),
    path(
        "resurser/<int:report>/klistra-in/",
        pasting.activities_paste,
        name="activities_paste",
        policy=on_report(Permission.REPORT_RESOURCES, BOTH),
    ),
    path(
        "resurser/<int:report>/mall/",
        pasting.activities_template,
        name="activities_template",
        policy=on_report(Permission.REPORT_RESOURCES),
    ),
    path(
        "resurser/<int:report>/kontrollera/",
        reports.report_check,
        name="report_check",
        policy=on_report(Permission.REPORT_RESOURCES, BOTH),
    ),
    path(
        "resurser/<int:report>/ta-tillbaka/",
        reports.report_take_back,
        name="report_take_back",
        policy=on_report(Permission.REPORT_RESOURCES, WRITE),
    ),
    path(
        "resurser/<int:report>/attestera/",
        reports.report_attest,
        name="report_attest",
        policy=on_report(Permission.ATTEST_RESOURCES, BOTH),
    ),
    path(
        "resurser/del/<int:part>/",
        parts.report_part,
        name="report_part",
        policy=about("resources.Part", see=Permission.REPORT_RESOURCES, methods=BOTH, part="pk"),
    ),
    path(
        "resurser/verksamhet/<int:activity>/",
        activities.activity,
        name="activity",
        policy=on_activity(),
    ),
    path(
        "resurser/verksamhet/<int:activity>/upphort/",
        activities.activity_end,
        name="activity_end",
        policy=on_activity(),
    ),
    path(
        "resurser/verksamhet/<int:activity>/fordela/",
        activities.activity_split,
        name="activity_split",
        policy=on_activity(),
    ),
    path(
        "resurser/inskickad/<int:version>/",
        versions.report_version,
        name="report_version",
        policy=about(
            "resources.Version",
            see=Permission.READ_RESOURCES,
            do=Permission.REVIEW_RESOURCES,
            methods=BOTH,
            version="pk",
        ),
    ),
    path(
        "resurser/inskickad/<int:version>/angra/",
        versions.report_approval_undo,
        name="report_approval_undo",
        policy=about(
            "resources.Version", see=Permission.REVIEW_RESOURCES, methods=WRITE, version="pk"
        ),
    ),
    path(
        "resurser/inskickad/<int:version>/jamfor/",
        versions.report_compare,
        name="report_compare",
        policy=about("resources.Version", see=Permission.READ_RESOURCES, version="pk"),
    ),
    path(
        "resurser/inskickad/<int:version>/pdf/",
        versions.report_pdf,
        name="report_pdf",
        policy=about("resources.Version", see=Permission.READ_RESOURCES, version="pk"),
    ),
]
