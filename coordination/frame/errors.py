"""Error pages: each says what happened and what to do, and tells nothing else.

They stand outside the navigation and hold no token, so that "not allowed" and "does not exist" are
the same bytes.
"""

import logging
import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: it does not exist, or this person may not know that it does."""
    return render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this person may see the thing, but not do this to it."""
    return render(request, "errors/403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent cannot be read, or is too large."""
    return render(request, "errors/400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was open too long, or another tab signed out. Nothing was done."""
    return render(request, "errors/csrf.html", status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """500: our fault. The reference stands in the log beside the error, and says nothing itself."""
    reference = uuid.uuid4().hex[:8].upper()
    log.error("Error page %s", reference)
    context = {
        "reference": reference,
        "support_name": settings.SUPPORT_NAME,
        "support_phone": settings.SUPPORT_PHONE,
        "LANGUAGE_CODE": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
    }
    # Without the request: whatever broke may break a context processor too.
    return HttpResponse(render_to_string("errors/500.html", context), status=500)
