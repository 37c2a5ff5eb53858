"""`python -m tests.bench`: every figure on the database of this environment; bin/bench makes one."""

import argparse
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--port", type=int, required=True)
    chosen = parser.parse_args()
    django.setup()
    # Before anything is imported that reads it.
    from django.conf import settings

    settings.ROOT_URLCONF = "tests.bench.pages"
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("demo", stdout=sys.stderr)
    from tests.bench import documents, forums, lists, logs, pages, resources, service

    quick = chosen.quick
    pages.measure(times=15 if quick else 60)
    forums.measure(times=15 if quick else 41)
    documents.measure(times=3 if quick else 9)
    logs.measure(appends=200 if quick else 2_000, rows=20_000 if quick else 200_000)
    service.measure(port=chosen.port, seconds=3 if quick else 10)
    lists.measure(sizes=(1_000, 20_000 if quick else 100_000), times=9 if quick else 31)
    resources.measure(times=3)


if __name__ == "__main__":
    main()
