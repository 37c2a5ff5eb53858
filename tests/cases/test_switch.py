"""The zone is off unless it is switched on, with a key of its own and a decided assessment."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.urls import get_resolver

from coordination.access.urls import every_url
from tests.structure.pages import urlconf

pytestmark = pytest.mark.any_engine

SECRET = "a secret key of some forty characters 01"
KEYS = {"PORTAL_CASES": "1", "PORTAL_CASE_KEY": "the key of the cases, of enough characters"}


def start(**environment: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return subprocess.run(
        [sys.executable, "-c", "from coordination import settings as s; print(s.CASE_KEYS)"],
        cwd=settings.BASE_DIR,
        env=kept | {"PORTAL_SECRET_KEY": SECRET} | environment,
        capture_output=True,
        text=True,
    )


def test_cases_are_off_unless_they_are_switched_on():
    assert start().stdout == "[]\n"
    assert start(PORTAL_CASE_KEY=KEYS["PORTAL_CASE_KEY"]).stdout == "[]\n"
    assert start(**KEYS).stdout == f"['{KEYS['PORTAL_CASE_KEY']}']\n"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"PORTAL_CASE_KEY": ""}, "PORTAL_CASE_KEY"),
        ({"PORTAL_CASE_KEY": "too short"}, "at least 32"),
        ({"PORTAL_CASE_KEY": "ab" * 30}, "repeats itself"),
        ({"PORTAL_CASE_KEY": SECRET}, "another than"),
        ({"PORTAL_CASE_KEY_OLD": SECRET}, "another than"),
    ],
)
def test_a_missing_or_weak_key_stops_the_start(changed, said):
    refused = start(**(KEYS | changed))
    assert refused.returncode != 0
    assert said in refused.stderr.splitlines()[-1]


def found(settings: Any) -> list[str]:
    return [one.id for one in run_checks(include_deployment_checks=True, tags=["security"])]


def test_an_installation_with_cases_needs_the_reference_of_the_decided_assessment(settings):
    settings.CASES_ENABLED, settings.CASES_ASSESSMENT = True, " "
    assert "cases.E001" in found(settings)
    settings.CASES_ASSESSMENT = "Ks 670/2026"
    assert "cases.E001" not in found(settings)
    settings.CASES_ENABLED, settings.CASES_ASSESSMENT = False, ""
    assert "cases.E001" not in found(settings)


def test_there_is_no_page_of_a_case_where_cases_are_off():
    def about(**kind: Any) -> set[str]:
        found = every_url(get_resolver(urlconf(**kind)))
        return {getattr(pattern.callback.policy, "model", "") for _route, pattern in found}

    assert "cases.Case" in about(CASES_ENABLED=True)
    assert not [model for model in about(CASES_ENABLED=False) if model.startswith("cases.")]
