"""The portal with the pages about a case as a whole, until the pages of cases stand in it."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from cases.wall_urls import on_case
from cases.wall_urls import urlpatterns as wall
from coordination import urls as portal
from coordination.access.urls import holding, path
from coordination.access.vocabulary import Permission


def case(request: HttpRequest, **_which: Any) -> HttpResponse:
    return HttpResponse("case")


urlpatterns = [
    *portal.urlpatterns,
    path("arenden/<uuid:case>/", case, name="case", policy=on_case(see=Permission.VIEW_CASE)),
    path(
        "arenden/",
        case,
        name="cases",
        policy=holding(Permission.HAND_IN_CASE, reads="cases.list.opened"),
    ),
    *wall,
]
handler400, handler403 = portal.handler400, portal.handler403
handler404, handler500 = portal.handler404, portal.handler500
