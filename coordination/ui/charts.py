"""Charts drawn here as SVG: what they find, the drawing, and the same numbers as a table.

A drawing is laid out in percent across and in pixels down, so that it fits a telephone and a sheet of
paper with text of one size. Every mark is labelled where it stands, bars begin at zero, and nothing is
told by colour alone. Colours are attributes, which the style sheet of a page replaces; a document uses
them as they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Number = Decimal | int
Say = Callable[[Any], str]
MOST_SERIES = 4
"""More side by side than this nobody compares."""
PIECE = 6
"""Rows of one drawing."""
Drawn = tuple[list[SafeString], int]
"""The marks, and how tall they are."""
LONGEST_BAR = 45
"""Percent of the width; the rest is for what is written beside the longest bar."""
_TEXT = "#302b21"
_LINE = "#cdcac4"
_SHADES = ("#236670", "#8fb3b8", "#ffffff", "#4a8189", "#cedddf")
_BAR, _GAP, _NAME = 15, 9, 21
_FAMILY = "Inter, sans-serif"


@dataclass(frozen=True)
class Row:
    """A thing and its numbers, one for each series."""

    name: str
    values: Sequence[Number]


@dataclass(frozen=True)
class Chart:
    """A chart with its words: `finding` is its heading and says what it shows, `about` what is
    counted. `header` and `table` say every number that is drawn."""

    finding: str
    about: str
    drawings: Sequence[SafeString]
    """One below the other, each so tall that a sheet of paper has room for it."""
    header: Sequence[str]
    rows: Sequence[Row]
    say: Say

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        return [(row.name, [self.say(value) for value in row.values]) for row in self.rows]

    @property
    def labelled(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The table with each number under the head that it stands below."""
        heads = self.header[1:]
        return [(name, list(zip(heads, said, strict=True))) for name, said in self.table]


def bars(
    *, finding: str, about: str, first: str, series: Sequence[str], rows: Sequence[Row], say: Say
) -> Chart:
    """Horizontal bars, for each row one a series. `first` heads the names. Raises ValueError for more
    series than can be told apart."""
    if len(series) > MOST_SERIES:
        raise ValueError(f"At most {MOST_SERIES} series.")
    most = _most(rows)

    def draw(some: Sequence[Row]) -> Drawn:
        parts, y = [], 0
        for row in some:
            parts.append(_text(row.name, 0, y + 15, strong=True))
            y += _NAME
            for place, (name, value) in enumerate(zip(series, row.values, strict=True)):
                width = _share(value, most) * LONGEST_BAR
                parts.append(_rect(0, y, width, _BAR, place))
                parts.append(_text(f"{name} {say(value)}", width, y + 12, dx=6))
                y += _BAR + 2
            y += _GAP
        return [*parts, _line(0, 0, 0, y)], y

    return Chart(finding, about, _pieces(finding, rows, draw), [first, *series], rows, say)


def stack(
    *, finding: str, about: str, first: str, counted: str, rows: Sequence[Row], say: Say
) -> Chart:
    """One bar that is the whole, in parts; each row has one value. Parts differ by pattern as well."""
    whole = sum(row.values[0] for row in rows)
    parts: list[SafeString] = []
    x, y = 0.0, 56
    for place, row in enumerate(rows):
        width = _share(row.values[0], whole) * 100
        if width:
            parts.append(_rect(x, 20, width, 26, place))
            parts.append(_text(say(row.values[0]), x + width / 2, 13, anchor="middle"))
        x += width
        parts.append(_rect(0, y, 0, 14, place, pixels=14))
        parts.append(_text(f"{row.name}: {say(row.values[0])}", 0, y + 12, dx=22))
        y += 21
    return Chart(finding, about, [_svg(finding, parts, y)], [first, counted], rows, say)


def change(
    *,
    finding: str,
    about: str,
    first: str,
    before: str,
    after: str,
    rows: Sequence[Row],
    say: Say,
    say_change: Say,
) -> Chart:
    """For each row two values on a line: an open ring for what was, a full dot for what is."""
    most = _most(rows)

    def draw(some: Sequence[Row]) -> Drawn:
        parts, y = [], 0
        for row in some:
            then, now = row.values
            said = f"{before}: {say(then)}, {after}: {say(now)} ({say_change(now - then)})"
            parts.append(_text(row.name, 0, y + 15, strong=True))
            parts.append(_text(said, 0, y + 32))
            middle = y + 46
            ends = [2 + _share(value, most) * 96 for value in (then, now)]
            parts.append(_line(2, middle, 98, middle))
            parts.append(_line(ends[0], middle, ends[1], middle, strong=True))
            parts.append(_dot(ends[0], middle, full=False))
            parts.append(_dot(ends[1], middle, full=True))
            y += 64
        return parts, y

    return Chart(finding, about, _pieces(finding, rows, draw), [first, before, after], rows, say)


def heat(
    *, finding: str, about: str, first: str, series: Sequence[str], rows: Sequence[Row], say: Say
) -> Chart:
    """A grid of numbers, the darker the larger; nothing at all is a dashed frame."""
    most = _most(rows)
    width = 100 / max(len(series), 1)

    def draw(some: Sequence[Row]) -> Drawn:
        parts = [
            _text(name, place * width + width / 2, 14, anchor="middle", strong=True)
            for place, name in enumerate(series)
        ]
        y = 22
        for row in some:
            parts.append(_text(row.name, 0.5, y + 15))
            for place, value in enumerate(row.values):
                parts.append(_cell(place * width + 0.5, y + 20, width - 1, _share(value, most)))
                centre = place * width + width / 2
                parts.append(_text(say(value), centre, y + 37, anchor="middle"))
            y += 52
        return parts, y

    return Chart(finding, about, _pieces(finding, rows, draw), [first, *series], rows, say)


# Marks ---------------------------------------------------------------------------------------------


def _most(rows: Sequence[Row]) -> Number:
    return max((value for row in rows for value in row.values), default=0)


def _pieces(
    title: str, rows: Sequence[Row], draw: Callable[[Sequence[Row]], Drawn]
) -> list[SafeString]:
    """The rows in drawings that a sheet of paper has room for, one below the other."""
    some = [rows[start : start + PIECE] for start in range(0, len(rows), PIECE)]
    pieces = []
    for number, part in enumerate(some, start=1):
        name = title if len(some) == 1 else f"{title} ({number}/{len(some)})"
        pieces.append(_svg(name, *draw(part)))
    return pieces


def _share(value: Number, most: Number) -> float:
    return float(value) / float(most) if most else 0.0


def _svg(title: str, parts: Sequence[SafeString], height: int) -> SafeString:
    """The title is what a screen reader says of the picture, and what a tagged document keeps."""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart__svg" role="img" width="100%"'
        ' height="{}" font-family="{}" font-size="13" focusable="false"><title>{}</title>{}</svg>',
        max(height, 1),
        _FAMILY,
        title,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _text(
    text: str, x: float, y: float, *, dx: int = 0, anchor: str = "start", strong: bool = False
) -> SafeString:
    return format_html(
        '<text class="chart__text" fill="{}" x="{}" y="{}" dx="{}" text-anchor="{}"'
        ' font-weight="{}">{}</text>',
        _TEXT,
        _percent(x),
        y,
        dx,
        anchor,
        600 if strong else 400,
        text,
    )


def _rect(
    x: float, y: float, width: float, height: float, series: int, *, pixels: int = 0
) -> SafeString:
    """A bar in the look of its series: a shade, and as many lines across it as series stand before."""
    shade = series % len(_SHADES)
    across = f"{pixels}" if pixels else _percent(width)
    rect = format_html(
        '<rect class="chart__part chart__part--{}" x="{}" y="{}" width="{}" height="{}" fill="{}"'
        ' stroke="{}" stroke-width="1"/>',
        shade + 1,
        _percent(x),
        y,
        across,
        height,
        _SHADES[shade],
        _TEXT,
    )
    lines = [
        format_html(
            '<line class="chart__hatch" x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}"'
            ' stroke-width="1"/>',
            _percent(x),
            across if pixels else _percent(x + width),
            round(y + height * step / (series + 1), 1),
            round(y + height * step / (series + 1), 1),
            _TEXT,
        )
        for step in range(1, series + 1)
        if width or pixels
    ]
    return format_html("{}{}", rect, format_html_join("", "{}", ((one,) for one in lines)))


def _line(x1: float, y1: float, x2: float, y2: float, *, strong: bool = False) -> SafeString:
    return format_html(
        '<line class="chart__line{}" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"'
        ' stroke-width="{}"/>',
        " chart__line--strong" if strong else "",
        _percent(x1),
        y1,
        _percent(x2),
        y2,
        _TEXT if strong else _LINE,
        3 if strong else 1,
    )


def _dot(x: float, y: float, *, full: bool) -> SafeString:
    return format_html(
        '<circle class="chart__dot{}" cx="{}" cy="{}" r="5" fill="{}" stroke="{}"'
        ' stroke-width="2"/>',
        " chart__dot--full" if full else "",
        _percent(x),
        y,
        _SHADES[0] if full else "#ffffff",
        _SHADES[0],
    )


def _cell(x: float, y: float, width: float, share: float) -> SafeString:
    """Five steps of shade, so that the text on it is read on all of them."""
    step = min(4, int(share * 4) + 1) if share else 0
    return format_html(
        '<rect class="chart__cell chart__cell--{}" x="{}" y="{}" width="{}" height="26" fill="{}"'
        ' stroke="{}" stroke-width="1" stroke-dasharray="{}"/>',
        step,
        _percent(x),
        y,
        _percent(width),
        ("#ffffff", "#e1eaec", "#cedddf", "#b9ced1", "#a5c1c5")[step],
        _TEXT,
        "none" if step else "4 3",
    )
