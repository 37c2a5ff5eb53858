"""The receipts of what somebody has handed in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cases import receipts


def receipt(request: HttpRequest, submission: Any) -> HttpResponse:
    """That it was handed in, under which reference, and whether it has been received."""
    found = get_object_or_404(receipts.of(request.user), pk=submission)
    context = {
        "receipt": found,
        "state": receipts.state(found),
        "told_by": receipts.told_by(found),
        "no_more": receipts.NO_MORE,
    }
    return render(request, "cases/hand_in_receipt.html", context)


def mine(request: HttpRequest) -> HttpResponse:
    """What the person has handed in, and whether it has been received."""
    rows = [(one, receipts.state(one)) for one in receipts.of(request.user)]
    context = {"rows": rows, "no_more": receipts.NO_MORE}
    return render(request, "cases/hand_in_mine.html", context)
