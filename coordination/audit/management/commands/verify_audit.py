"""`manage.py verify_audit`: is the log what was written?"""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from coordination.audit import verify
from coordination.audit.models import Zone


class Command(BaseCommand):
    """Prints a verdict for each zone; exit code 1 when anything is wrong."""

    help = "Verify the audit log: chain, guards, checkpoints and names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--zone", choices=[zone.value for zone in Zone])

    def handle(self, *, zone: str | None = None, **options: Any) -> None:
        zones = [Zone(zone)] if zone else list(Zone)
        verdicts = [self.verdict_of(each) for each in zones]
        if not all(verdicts):
            sys.exit(1)

    def verdict_of(self, zone: Zone) -> bool:
        began = time.perf_counter()
        verdict = verify.verify(zone)
        seconds = time.perf_counter() - began
        if verdict.ok:
            self.stdout.write(f"{zone}: {verdict.rows} rows as written ({seconds:.1f} s).")
        for finding in verdict.findings:
            self.stdout.write(f"{zone}: WRONG ({finding.fault}) {finding.text}")
        self.stdout.write(f"{zone}: {self.open_window(verdict)}")
        return verdict.ok

    def open_window(self, verdict: verify.Verdict) -> str:
        if verdict.checkpoint_at is None:
            return f"no checkpoint; {verdict.open_rows} rows are open."
        return (
            f"last checkpoint {verdict.checkpoint_at:%Y-%m-%d %H:%M:%S} UTC; "
            f"{verdict.open_rows} rows since are open."
        )
