"""Checkpoints: signed, whole, outside the database, and never written over a contradiction."""

import io
import json
import os
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from coordination.audit import checkpoints, tasks, verify
from coordination.audit.models import Event, Zone
from tests.audit.conftest import relink, tamper

pytestmark = pytest.mark.django_db


def test_there_is_none_before_the_first():
    assert checkpoints.last() is None


def test_a_checkpoint_says_where_every_zone_ended(write_events):
    write_events(3)
    now = timezone.now()
    checkpoints.write(now=now)
    newest = checkpoints.newest()
    third = Event.objects.get(sequence=3)
    assert newest.at == checkpoints.last() == now
    assert newest.zones["coordination"] == checkpoints.End(3, third.hash, third.pk)
    assert newest.zones["cases"].count == 0


def test_each_checkpoint_is_a_file_of_its_own_that_is_never_written_again(write_events):
    checkpoints.write()
    first = checkpoints.files()[0]
    content = first.read_bytes()
    write_events(1)
    checkpoints.write()
    assert len(checkpoints.files()) == 2
    assert first.read_bytes() == content


def test_no_half_written_file_counts_as_a_checkpoint(checkpoint_dir):
    written = checkpoints.write()
    folder = checkpoints.files()[0].parent
    (folder / ".2999-01-01T00-00-00.000000-aa.part").write_text("{")
    (folder / "2999-01-01T00-00-00.000000-aa.json").write_text("{")
    assert checkpoints.last() == written.at
    assert not [name for name in os.listdir(folder) if name.startswith(".2026")]


def test_a_checkpoint_signed_with_another_secret_does_not_count(settings):
    checkpoints.write()
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another secret of more than 32 letters"
    assert checkpoints.last() is None
    settings.SECRET_KEY_FALLBACKS = [before]
    assert checkpoints.last() is not None


def test_the_log_is_whole_while_the_secret_is_changed_and_after(settings, a_log, write_events):
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another secret of more than 32 letters"
    settings.SECRET_KEY_FALLBACKS = [before]
    assert verify.verify(Zone.COORDINATION).ok
    write_events(1)
    tasks.write_checkpoint()
    forged = checkpoints.files()[0].parent / "2026-01-01T00-00-00.000000-aa.json"
    forged.write_text(checkpoints.files()[0].read_text().replace('"count": 10', '"count": 9'))
    said = [checkpoint for checkpoint in checkpoints.every() if not is_forged(checkpoint)]
    out = io.StringIO()
    call_command("resign_checkpoints", stdout=out)
    assert out.getvalue() == "2 signed anew.\n"
    settings.SECRET_KEY_FALLBACKS = []
    kept = list(checkpoints.every())
    assert [checkpoint for checkpoint in kept if not is_forged(checkpoint)] == said
    assert sum(map(is_forged, kept)) == 1
    forged.unlink()
    assert verify.verify(Zone.COORDINATION).ok
    tasks.write_checkpoint()
    assert checkpoints.resign() == 0


def is_forged(found):
    return isinstance(found, checkpoints.Forged)


@pytest.mark.parametrize("document", [[], {}, {"signature": 1}, {"signature": "é"}, None])
def test_a_file_that_is_no_checkpoint_is_forged(tmp_path, document):
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document))
    with pytest.raises(checkpoints.Forged):
        checkpoints.read(file)


def test_no_checkpoint_is_written_over_a_shortened_log(a_log):
    tamper("DELETE FROM audit_event WHERE sequence > 18")
    with pytest.raises(checkpoints.Contradicted):
        checkpoints.write()


def test_no_checkpoint_is_written_over_a_chain_written_anew(a_log):
    relink(1, event="x.y")
    with pytest.raises(checkpoints.Contradicted):
        checkpoints.write()
    assert len(checkpoints.files()) == 2


def test_the_periodic_work_signs_a_whole_log(write_events):
    write_events(2)
    tasks.write_checkpoint()
    write_events(2)
    tasks.write_checkpoint()
    assert checkpoints.newest().zones["coordination"].count == 4


def test_the_periodic_work_signs_nothing_when_a_new_row_is_wrong(a_log, write_events):
    write_events(2)
    tamper("UPDATE audit_event SET event = 'x.y' WHERE sequence = 21")
    with pytest.raises(tasks.LogIsWrong, match="Row 21"):
        tasks.write_checkpoint()
    assert len(checkpoints.files()) == 2


def test_the_periodic_work_reads_the_whole_log_once_a_day(write_events):
    write_events(5)
    checkpoints.write(now=timezone.now() - timedelta(days=1))
    tamper("UPDATE audit_event SET event = 'x.y' WHERE sequence = 2")
    with pytest.raises(tasks.LogIsWrong, match="Row 2"):
        tasks.write_checkpoint()
