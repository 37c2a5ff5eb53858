"""The four busiest pages beside an empty view, and whether an address tells by its time what is
behind it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import path as django_path
from django.urls import reverse

from coordination.access.models import User
from coordination.access.urls import path, signed_in
from coordination.urls import urlpatterns as portal
from forums.models import Forum, Meeting
from tests.bench.figures import Figure, medians, ms

READER = "anna.ek"
OUTSIDER = "ulla.vik"
TIMES_EMPTY = 10
SPREAD = 0.005


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing at all, for somebody signed in: what Django and the middleware cost."""
    return HttpResponse("ok")


urlpatterns = [path("bench/", empty, name="bench", policy=signed_in("measured")), *portal]
handler400 = "coordination.frame.errors.bad_request"
handler403 = "coordination.frame.errors.forbidden"
handler404 = "coordination.frame.errors.not_found"
handler500 = "coordination.frame.errors.failed"


class Bare:
    """The addresses of a site that is Django and one view, with nothing before it."""

    urlpatterns = (django_path("", empty),)


def busiest() -> dict[str, str]:
    """What people open most: start, meetings, one meeting, action points."""
    held = Meeting.objects.visible_to(User.objects.get(username=READER)).held().newest_first()
    return {
        "start": "/",
        "meetings": reverse("meetings"),
        "one meeting": reverse("meeting", args=[held[0].pk]),
        "action points": reverse("actions"),
    }


def client(username: str) -> Client:
    signed_in = Client(headers={"host": "localhost"}, raise_request_exception=False)
    # As in the demo: the second factor of an invented person is nobody's to show.
    assert signed_in.post(reverse("demo_sign_in"), {"user": username}).status_code == 302
    return signed_in


def asking(who: Client, address: str, status: int) -> Callable[[], None]:
    def ask() -> None:
        assert who.get(address).status_code == status, address

    return ask


def measure(times: int) -> None:
    with override_settings(MIDDLEWARE=[], ROOT_URLCONF=Bare):
        (bare,) = medians([asking(Client(headers={"host": "localhost"}), "/", 200)], times)
    reader = client(READER)
    addresses = busiest()
    asks = [asking(reader, "/bench/", 200)]
    asks += [asking(reader, address, 200) for address in addresses.values()]
    nothing, *took = medians(asks, times)
    Figure(
        "Pages",
        "an empty view of the portal",
        ms(nothing),
        f"without session, person, policy and headers {ms(bare)}",
    ).say()
    for name, seconds in zip(addresses, took, strict=True):
        Figure(
            "Pages",
            name,
            ms(seconds),
            f"{seconds / nothing:.1f} × an empty view ({ms(nothing)})",
            f"≤ {TIMES_EMPTY} ×",
            seconds <= TIMES_EMPTY * nothing,
            "fewer queries and smaller templates on that page",
        ).say()
    addresses_alike(times)


def addresses_alike(times: int) -> None:
    """The same 404 three times, and how far apart their medians are."""
    outsider = client(OUTSIDER)
    hidden = Forum.objects.exclude(
        pk__in=Forum.objects.visible_to(User.objects.get(username=OUTSIDER)).values("pk")
    ).first()
    kinds = {
        "forbidden": reverse("forum", args=[hidden.pk]),
        "missing": reverse("forum", args=[987_654_321]),
        "malformed": "/forum/abc/",
    }
    took = medians([asking(outsider, address, 404) for address in kinds.values()], times * 3)
    apart = max(took) - min(took)
    Figure(
        "404",
        "forbidden, missing, malformed",
        f"{ms(apart)} apart",
        ", ".join(f"{kind} {ms(one)}" for kind, one in zip(kinds, took, strict=True)),
        "≤ 5 ms",
        apart <= SPREAD,
        "log a malformed address as a denied one is",
    ).say()
