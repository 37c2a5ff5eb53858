"""Template filters and tags that every page has at hand without loading them."""

import datetime as dt
import re
from typing import Any

from django import template
from django.http import QueryDict
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from coordination.ui import amounts, dates

register = template.Library()

register.filter("day", dates.day)
register.filter("day_short", dates.day_short)
register.filter("long_day", dates.long_day)
register.filter("clock", dates.clock)
register.filter("hour", dates.hour)
register.filter("filesize", dates.filesize)
register.filter("posts", amounts.posts)
register.filter("kronor", amounts.kronor)
register.filter("in_words", amounts.in_words)


@register.filter
def late(due: dates.Moment | int | None, form: str = "") -> str:
    """`{{ action.due|late }}`: 3 dagar försenad; `|late:"neuter"`: 3 dagar försenat; else nothing."""
    return dates.late(due, form)


@register.filter
def period(start: dt.datetime | None, end: dt.datetime | None = None) -> str:
    """`{{ meeting.starts_at|period:meeting.ends_at }}`: tisdag 21 april 2026 kl. 13.00–14.30."""
    return dates.period(start, end)


@register.filter
def paragraphs(text: str | None) -> SafeString:
    """The text escaped, each blank line a new `<p>`, each line break a `<br>`."""
    blocks = re.split(r"\n\s*\n", (text or "").replace("\r\n", "\n").strip())
    return format_html_join(
        "\n",
        "<p>{}</p>",
        ((_lines(block),) for block in blocks if block.strip()),
    )


def _lines(block: str) -> SafeString:
    first, *rest = block.split("\n")
    return format_html("{}{}", first, format_html_join("", "<br>{}", ((line,) for line in rest)))


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The page's query string with `changes`; an empty value drops the key, and so does `page`.

    `<a href="{% query sort='-date' %}">` keeps the filters and goes back to the first page.
    """
    request = context.get("request")
    params = request.GET.copy() if request else QueryDict(mutable=True)
    for key in ("page", "after", "before"):
        params.pop(key, None)
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        elif isinstance(value, (list, tuple, set)):
            params.setlist(key, [str(one) for one in value])
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}"
