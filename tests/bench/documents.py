"""Minutes as PDF, beside WeasyPrint alone with the same HTML: time and memory."""

import subprocess
import sys
import time

from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from coordination.ui import pdf
from forums import minutes
from forums.models import MinutesVersion
from tests.bench.figures import Figure, ms

TEMPLATE = "forums/minutes_pdf.html"
SECONDS = 1.5
MEGABYTES = 300

BARE = """
import sys
from weasyprint import HTML
HTML(string=sys.stdin.read(), base_url="portal:/").write_pdf()
"""
MEASURED = """
import resource, subprocess, sys, time
began = time.monotonic()
subprocess.run([sys.executable, "-s", "-P", "-B", "-c", sys.argv[1]], stdin=sys.stdin,
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(time.monotonic() - began, peak // 1024)
"""


def context(version: MinutesVersion) -> dict[str, object]:
    printed = minutes.document(version)
    return {"minutes": printed, "version": version.number, "content_hash": version.sha256}


def rendered(version: MinutesVersion) -> pdf.Printed:
    return pdf.render(TEMPLATE, context(version), title="Minutes", language=settings.LANGUAGE_CODE)


def measure(times: int) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        version = MinutesVersion.objects.order_by("-pk").first()
        first, *took = [_timed(version) for _ in range(times + 1)]
        html = get_template(TEMPLATE).render({**context(version), "title": "Minutes"})
    seconds = sorted(seconds for seconds, _peak in took)[len(took) // 2]
    peak = max(peak for _seconds, peak in took)
    bare_seconds, bare_peak = _bare(html)
    Figure(
        "PDF",
        "minutes, time",
        ms(seconds),
        f"WeasyPrint alone {ms(bare_seconds)}; the first of a process {ms(first[0])}",
        f"≤ {SECONDS} s",
        seconds <= SECONDS,
        "fewer table rows in the template",
    ).say()
    Figure(
        "PDF",
        "minutes, peak memory",
        f"{peak} MB",
        f"WeasyPrint alone {bare_peak} MB",
        f"≤ {MEGABYTES} MB",
        peak <= MEGABYTES,
        "fewer fonts",
    ).say()


def _timed(version: MinutesVersion) -> tuple[float, int]:
    began = time.perf_counter()
    made = rendered(version)
    return time.perf_counter() - began, made.peak // 2**20


def _bare(html: str) -> tuple[float, int]:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, BARE],
        input=html,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak = done.stdout.split()
    return float(seconds), int(peak)
