"""The first page of a visible-to list, beside guardian's query and the best SQL for each person."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user

from coordination.access.models import User
from coordination.access.vocabulary import Permission
from coordination.ui.lists import COUNTED, PER_PAGE
from forums.models import Forum, ForumGrant, Meeting, Participation
from tests.bench import load
from tests.bench.figures import Figure, medians, ms

SLACK = 0.003
MOST = 0.050
MARGIN = 0.0005
"""What a query is compiled in; below it two times are the same time."""

COLUMNS = ", ".join(
    f'm."{field.column}"'
    for field in Meeting._meta.concrete_fields  # what the list reads, in the same order
)
MEETING, GRANT, PARTICIPATION = (
    model._meta.db_table for model in (Meeting, ForumGrant, Participation)
)
GRANTED = f"""SELECT g.content_object_id FROM "{GRANT}" g WHERE g.user_id = %(user)s
 AND g.permission_id = %(permission)s AND (g.valid_until IS NULL OR g.valid_until >= %(today)s)"""
CALLED = f'SELECT p.meeting_id FROM "{PARTICIPATION}" p WHERE p.user_id = %(user)s'
BY_HAND = {
    "IN": f"""SELECT {COLUMNS} FROM "{MEETING}" m
 WHERE m.forum_id IN ({GRANTED}) OR m.id IN ({CALLED})
 ORDER BY m.starts_at DESC, m.id DESC LIMIT {PER_PAGE}""",
    "EXISTS": f"""SELECT {COLUMNS} FROM "{MEETING}" m
 WHERE EXISTS ({GRANTED} AND g.content_object_id = m.forum_id) OR m.id IN ({CALLED})
 ORDER BY m.starts_at DESC, m.id DESC LIMIT {PER_PAGE}""",
    "UNION": f"""SELECT {COLUMNS} FROM "{MEETING}" m WHERE m.id IN (
 SELECT id FROM "{MEETING}" WHERE forum_id IN ({GRANTED}) UNION {CALLED})
 ORDER BY m.starts_at DESC, m.id DESC LIMIT {PER_PAGE}""",
    # Each half in its own order, so that an index can stop after one page.
    "HALVES": f"""SELECT {COLUMNS} FROM "{MEETING}" m WHERE m.id IN (
 SELECT id FROM (SELECT x.id FROM "{MEETING}" x
 WHERE EXISTS ({GRANTED} AND g.content_object_id = x.forum_id)
 ORDER BY x.starts_at DESC, x.id DESC LIMIT {PER_PAGE}) one
 UNION SELECT id FROM (SELECT x.id FROM "{MEETING}" x WHERE x.id IN ({CALLED})
 ORDER BY x.starts_at DESC, x.id DESC LIMIT {PER_PAGE}) two)
 ORDER BY m.starts_at DESC, m.id DESC LIMIT {PER_PAGE}""",
}


def ours(user: User) -> list[Meeting]:
    return list(Meeting.objects.visible_to(user).newest_first()[:PER_PAGE])


def total(user: User) -> int:
    return Meeting.objects.visible_to(user).order_by()[: COUNTED + 1].count()


def guardians(user: User) -> list[Meeting]:
    """What guardian offers: the forums by its shortcut, and the meetings in them."""
    forums = get_objects_for_user(
        user,
        Permission.VIEW_FORUM.value,
        klass=Forum,
        accept_global_perms=False,
        with_superuser=False,
    )
    return list(Meeting.objects.filter(forum__in=forums).newest_first()[:PER_PAGE])


def by_hand(user: User) -> dict[str, Callable[[], list[Any]]]:
    """The statements that a patient person would try for this one; the fastest counts."""
    permission = ForumGrant._meta.get_field("permission").related_model.objects.get(
        codename=Permission.VIEW_FORUM.value, content_type__app_label="forums"
    )
    values = {
        "user": user.pk,
        "permission": permission.pk,
        "today": timezone.localdate().isoformat(),
    }

    def run(sql: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    return {name: lambda sql=sql: run(sql) for name, sql in BY_HAND.items()}


def measure(sizes: tuple[int, ...], times: int) -> None:
    """Say every figure, at each number of meetings."""
    before: dict[str, float] = {}
    for size in sizes:
        load.people()
        load.meetings(size)
        for kind, user in load.people().items():
            fastest = _person(kind, user, size, times)
            if size != sizes[0]:
                _growth(kind, before[kind], fastest, sizes[0], size)
            before[kind] = fastest


def _person(kind: str, user: User, size: int, times: int) -> float:
    hands = by_hand(user)
    expected = [meeting.pk for meeting in ours(user)]
    for name, statement in hands.items():
        assert [row[0] for row in statement()] == expected, f"{name} is another list"
    assert [meeting.pk for meeting in guardians(user)] == expected
    # The slow ones fewer times: they would tell nothing more.
    tried = dict(zip(hands, medians(list(hands.values()), 3), strict=True))
    best = min(tried, key=lambda name: tried[name])
    own, guardian, hand, counted = medians(
        [
            lambda: ours(user),
            lambda: guardians(user),
            hands[best],
            lambda: total(user),
        ],
        times,
    )
    group = f"List of {size:,} meetings".replace(",", " ")
    Figure(
        group,
        f"first page, may see {kind}",
        ms(own),
        f"guardian {ms(guardian)}, SQL ({best}) {ms(hand)}",
        "≤ 1.5 × SQL + 3 ms, ≤ guardian",
        own <= 1.5 * hand + SLACK and own <= guardian + MARGIN,
        "an index in the order of the list, and visible_to in halves: granted, and called",
    ).say()
    Figure(group, f"total, may see {kind}", ms(counted), f"{min(total(user), COUNTED)} rows").say()
    return own


def _growth(kind: str, before: float, after: float, small: int, large: int) -> None:
    few = kind == "few"
    held = after <= MOST and (not few or after <= 1.3 * before + MARGIN)
    Figure(
        "Growth",
        f"{small} → {large}, may see {kind}",
        f"{after / before:.2f} ×",
        f"{ms(before)} → {ms(after)}",
        "≤ 1.3 × and ≤ 50 ms" if few else "≤ 50 ms",
        held,
        "an index in the order of the list",
    ).say()
