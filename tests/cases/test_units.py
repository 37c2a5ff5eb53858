"""A unit is set up on the command line: for which board, which districts, and who receives what."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases import units
from cases.models import CaseUnit
from coordination.actors.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

SAID = ("--organisation", "Partnerskap Örebro", "--board", "Socialnämnden", "--social")


def found(*more: str) -> None:
    call_command("found_case_unit", "Partnerskap Väster", *SAID, *more)


def test_a_unit_serves_its_districts_and_receives_what_is_protected(people):
    found(
        "--administration",
        "Socialförvaltningen",
        *("--district", "Vivalla", "--district", "Oxhagen", "--protected", "mats.orn"),
    )
    today = timezone.localdate()
    area = units.area_of(District.objects.get(name="Vivalla"), today)
    board = units.board_of(area.unit, today)
    assert (board.name, board.is_social, str(board.administration)) == (
        "Socialnämnden",
        True,
        "Socialförvaltningen",
    )
    assert units.protected_receivers(today) == (area.unit, [people["mats.orn"]])


@pytest.mark.parametrize("more", [("--district", "Finns inte"), ("--protected", "finns.inte")])
def test_what_is_not_there_is_said_and_nothing_is_set_up(people, more):
    with pytest.raises(CommandError, match=r"[Ff]inns"):
        found(*more)
    assert not CaseUnit.objects.exists()
