"""What lies in the database of a case: nothing that anybody can read, move or change unnoticed."""

import base64
import random
from typing import Any

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast

from cases import earlier
from cases.models import HandInDraft, Subject, SubjectToken, Submission
from cases.vault import Sealed, Unsealed, name_index, name_lookups, rotation
from cases.vault.keys import field_ring
from coordination.access.sealing import Unreadable

from .conftest import KEY, OLDER

pytestmark = pytest.mark.django_db


def lies(row: models.Model, field: str) -> str:
    """The column as it is."""
    found = type(row)._base_manager.annotate(lies=Cast(F(field), TextField()))
    return found.get(pk=row.pk).lies


def put(row: models.Model, field: str, value: str) -> Any:
    """Writes the column as somebody with the database in their hands would; the row read anew."""
    type(row)._base_manager.filter(pk=row.pk).update(**{field: Sealed(value)})
    return type(row)._base_manager.get(pk=row.pk)


def everything() -> str:
    """Every value of every table of the zone."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("cases_", "audit_")):
                cursor.execute(f"SELECT * FROM {table}")
                found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_a_text_is_read_on_its_row_and_lies_unreadable(wall):
    one = wall.hand_in(happened="kanariehändelseq", given="Kanariekim")
    fresh = Submission.objects.get(pk=one.pk)
    assert fresh.happened == "kanariehändelseq"
    assert "kanarie" not in lies(fresh, "happened")
    dump = everything()
    for text in ("kanarie", "Kanarie", "Exempelsson", "Vivallaskolan"):
        assert text not in dump


def test_every_sealed_field_of_the_zone_is_bound_to_its_row_field_and_case(wall):
    """Moved to another row, another field or under another case, a value does not open."""
    one, other = wall.hand_in(), wall.hand_in(given="Robin", family="Provsson")
    moved = put(other, "happened", lies(one, "happened"))
    with pytest.raises(Unreadable):
        _ = moved.happened
    moved = put(one, "told", lies(one, "happened"))
    with pytest.raises(Unreadable):
        _ = moved.told
    Submission.objects.filter(pk=other.pk).delete()
    Submission.objects.filter(pk=one.pk).update(case=other.case_id)
    with pytest.raises(Unreadable):
        _ = Submission.objects.get(pk=one.pk).happened


def test_a_thousand_flipped_bits_are_all_found(wall):
    one = wall.hand_in()
    value, dice = lies(one, "happened"), random.Random(20261127)
    key, _, encoded = value.partition(".")
    box = bytearray(base64.urlsafe_b64decode(encoded))
    about = Submission._meta.get_field("happened").about(one)
    for _ in range(1_000):
        at, bit = dice.randrange(len(box)), 1 << dice.randrange(8)
        box[at] ^= bit
        with pytest.raises(Unreadable):
            field_ring().unseal(f"{key}.{base64.urlsafe_b64encode(box).decode()}", about=about)
        box[at] ^= bit
    assert field_ring().unseal(value, about=about) == one.happened


def test_another_spelling_of_the_same_bytes_does_not_open(wall):
    """Base64 leaves bits over at its end: changed there, a value must not pass for the same."""
    draft = HandInDraft(made_by=wall.people["tove.lind"])
    about = HandInDraft._meta.get_field("content").about(draft)
    for text in ("a", "ab", "abc"):
        value = field_ring().seal(text, about=about)
        body = value.rstrip("=")
        for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
            other = body[:-1] + last + value[len(body) :]
            if other != value:
                with pytest.raises(Unreadable):
                    field_ring().unseal(other, about=about)


def test_no_way_around_the_seal_is_open(wall):
    one = wall.hand_in()
    for ask in (
        lambda: Submission.objects.filter(happened="x").exists(),
        lambda: Submission.objects.filter(happened__contains="x").exists(),
        lambda: Subject.objects.filter(family__iexact="x").exists(),
        lambda: Submission.objects.exclude(told__startswith="x").exists(),
    ):
        with pytest.raises(FieldError):
            ask()
    with pytest.raises(Unsealed), transaction.atomic():
        Submission.objects.filter(pk=one.pk).update(happened="öppet")
    one.happened = "öppet"
    with pytest.raises(Unsealed), transaction.atomic():
        Submission.objects.bulk_update([one], ["happened"])
    [(value,)] = Submission.objects.values_list("happened")
    assert repr(value) == "<sealed>"
    with pytest.raises(Unsealed):
        str(value)
    with pytest.raises(CommandError, match="no dump of texts"):
        call_command("dumpdata", "cases.submission", verbosity=0)


def test_saving_another_field_leaves_a_text_as_it_is(wall):
    one = Submission.objects.get(pk=wall.hand_in().pk)
    before = lies(one, "happened")
    one.save()
    assert lies(one, "happened") == before
    deferred = Submission.objects.defer("happened").get(pk=one.pk)
    assert deferred.happened.startswith("Har ritat")


def test_without_a_key_nothing_is_kept_and_nothing_read(wall, settings):
    one = Submission.objects.get(pk=wall.hand_in().pk)
    settings.CASE_KEYS = []
    with pytest.raises(ImproperlyConfigured, match="PORTAL_CASE_KEY"):
        _ = one.happened
    settings.CASE_KEYS = ["the key that should have been put back is lost"]
    with pytest.raises(Unreadable, match="PORTAL_CASE_KEY_OLD"):
        _ = one.happened


# A change of keys ----------------------------------------------------------------------------------


def test_after_a_change_of_keys_the_old_one_is_of_no_use(wall, settings, capsys):
    settings.CASE_KEYS = [OLDER]
    one, draft = wall.hand_in(), HandInDraft
    before = set(SubjectToken.objects.values_list("token", flat=True))
    settings.CASE_KEYS = [KEY, OLDER]
    assert Submission.objects.get(pk=one.pk).happened.startswith("Har ritat")
    assert Subject.objects.filter(index__in=name_lookups("kim exempelsson")).exists()
    call_command("rotate_case_keys")
    assert "Left: 0." in capsys.readouterr().out
    settings.CASE_KEYS = [KEY]
    fresh = Submission.objects.get(pk=one.pk)
    assert fresh.happened.startswith("Har ritat")
    assert fresh.case.subject.family == "Exempelsson"
    assert Subject.objects.filter(index=name_index("Kim", "Exempelsson")).exists()
    assert before.isdisjoint(SubjectToken.objects.values_list("token", flat=True))
    settings.CASE_KEYS = [OLDER]
    with pytest.raises(Unreadable):
        _ = Submission.objects.get(pk=one.pk).happened
    settings.CASE_KEYS = [KEY]
    assert rotation.rotate() == earlier.retoken() == 0
    assert draft.objects.count() == 0


def test_what_somebody_writes_during_the_change_stays(wall, settings, monkeypatch):
    """Between reading a value and replacing it, its writer saves another: theirs is what stays."""
    settings.CASE_KEYS = [OLDER]
    one = wall.hand_in()
    stale = Submission.objects.get(pk=one.pk)
    settings.CASE_KEYS = [KEY, OLDER]
    again = rotation._again

    def written_first(row: Any, field: Any) -> int:
        if field.name == "happened" and not written:
            written.append(row.pk)
            mine = Submission.objects.get(pk=row.pk)
            mine.happened = "Ändrat under bytet"
            mine.save(update_fields=["happened"])
        return again(row, field)

    written: list[Any] = []
    monkeypatch.setattr(rotation, "_again", written_first)
    rotation.rotate()
    earlier.retoken()
    # Read before the change, saved after it: nothing of the old key comes back.
    stale.save(update_fields=["told"])
    settings.CASE_KEYS = [KEY]
    fresh = Submission.objects.get(pk=one.pk)
    assert fresh.happened == "Ändrat under bytet"
    assert fresh.told == "yes"
