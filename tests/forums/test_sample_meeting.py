"""The coordinator's own notes (`input/meeting_bra.md`) as one meeting, live and afterwards."""

from datetime import timedelta

import pytest

from coordination.jobs.models import Job, OutgoingMail
from forums import actions, afterwards, agenda, finishing, meetings, minutes, proceedings
from forums.models import Action, Meeting

pytestmark = pytest.mark.any_engine

ITEMS = (
    ("Utbildning av första linjen", "decision"),
    ("Gymnasieförvaltningen och forumen", "decision"),
    ("Föräldrastöd", "discussion"),
    ("Stödtelefonen", "information"),
)
DECISIONS = {
    4: (
        ("Förskollärare och fritidsgårdspersonal prioriteras under hösten.", False),
        ("ÖrebroBostäders bovärdar bjuds in till två tillfällen.", False),
    ),
    5: (("Gymnasieförvaltningen adjungeras till BRÅ och till Strategisk samverkan.", True),),
}
NOTES = {
    1: "Jonas Berg väljs att justera jämte ordföranden.",
    3: "Polisen redovisar läget i bostadsområdena. Inga uppgifter om enskilda.",
    4: "46 av 120 förskollärare i Vivalla har gått grundutbildningen.",
    5: "Förvaltningen saknar plats i de åldersspecifika forumen.",
    6: "Partnerskap och socialtjänsten har prövat föräldragrupper i Oxhagen.",
    7: "Förslag till samverkan presenteras. Svar från nationell nivå saknas.",
    8: "Studiebesök i Århus planeras. Nästa möte om sex veckor.",
}
ACTIONS = {
    4: (("Ta fram schema", "Maria", 6), ("Boka polisens föreläsare", "Nils", 2)),
    5: (("Skriva fram ändringen av forumets sammansättning", "Anna", 6),),
    6: (("Beskriva metoden på en sida", "Per och Jonas", 4),),
    8: (("Samla intresse för studiebesök", "Oskar", 2),),
}
OLD = (
    "Schema för elevstödjare",
    "Inventera föreningar i Varberga",
    "Kontakt med Borlänge om Kunskapshus",
)


def earlier_meeting(sample) -> None:
    """A meeting six weeks ago that left three actions open."""
    starts_at = agenda.local(sample.today - timedelta(weeks=6), agenda.USUAL_START)
    people = agenda.people_for(sample.council, on=sample.today)
    afterwards.register_afterwards(
        forum=sample.council,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        attendance=[afterwards.AttendanceRecord(one, "present") for one in people],
        items=[
            afterwards.ItemRecord(
                "Övrigt",
                actions=[
                    afterwards.ActionRecord(text, "Anna", sample.today + timedelta(days=3))
                    for text in OLD
                ],
            )
        ],
        by=sample.anna,
        now=sample.now,
    )


def assert_says_it_all(sample, version) -> None:
    """The frozen minutes hold what the notes say must stand in them."""
    printed = minutes.document(version)
    assert [one["mark"] for one in printed["decisions"]] == ["4:1", "4:2", "5:1"]
    assert [one["report"] for one in printed["decisions"]] == [False, False, True]
    assert [(one["text"], one["owners"]) for one in printed["actions"]] == [
        ("Ta fram schema", ["Maria Sten"]),
        ("Boka polisens föreläsare", ["Nils Frisk"]),
        ("Skriva fram ändringen av forumets sammansättning", ["Anna Ek"]),
        ("Beskriva metoden på en sida", ["Per Holm", "Jonas Berg"]),
        ("Samla intresse för studiebesök", ["Oskar Lind"]),
    ]
    assert all(one["due"] for one in printed["actions"])
    follow_up = printed["items"][1]
    assert [(one["text"], one["outcome"]) for one in follow_up["carried"]] == [
        (OLD[0], "done"),
        (OLD[1], "moved"),
        (OLD[2], "struck"),
    ]
    assert follow_up["carried"][1]["new_due"] == sample.today + timedelta(weeks=3, days=1)
    assert follow_up["carried"][2]["reason"] == "Löst på annat sätt"
    assert [one["title"] for one in printed["postponed"]] == ["Stödtelefonen"]
    assert {group["organisation"]: group["came"] for group in printed["attendance"]} == {
        "Kommunledningskontoret": 2,
        "Partnerskap Örebro": 2,
        "Polisen, lokalpolisområde Örebro": 1,
        "Socialförvaltningen": 1,
        "Gymnasieförvaltningen": 1,
        "ÖrebroBostäder AB": 0,
        "Föreningen Grannkraft": 1,
        "Kultur- och fritidsförvaltningen": 1,
        "Region Örebro län": 1,
    }
    assert [one["name"] for one in printed["absent"]] == ["Sofia Dahl"]
    assert (printed["came"], printed["called"]) == (10, 11)


def assert_carries_on(sample) -> None:
    """The open actions and the postponed item stand on the next agenda."""
    following = meetings.plan_next(forum=sample.council, by=sample.anna, now=sample.now)
    titles = [item.title for item in following.items.in_order()]
    assert titles == [
        "Öppnande, val av justerare",
        "Uppföljning av åtgärder",
        "Lägesbild",
        "Stödtelefonen",
        "Övrigt",
    ]
    begun = meetings.start_log(meeting=following, by=sample.anna, now=sample.now)
    carried = {row.action.text for row in begun.carried.select_related("action")}
    assert carried == {OLD[1]} | {text for rows in ACTIONS.values() for text, _who, _due in rows}


def receivers(version) -> set[int]:
    rows = OutgoingMail.objects.filter(letter="forums.own_actions")
    return {row.user_id for row in rows if row.ids == {"version": version.pk}}


def test_the_sample_meeting_is_logged_live(sample):
    earlier_meeting(sample)
    meeting = meetings.plan_next(forum=sample.council, by=sample.anna, now=sample.now)
    assert meeting.participations.count() == 11
    assert meeting.place == "Rådhuset, sal 3"
    starts_at = agenda.local(sample.today + timedelta(days=1), agenda.USUAL_START)
    standing = [
        agenda.PlannedItem(item.title, item.kind, is_follow_up=item.is_follow_up, pk=item.pk)
        for item in meeting.items.in_order()
    ]
    meeting = meetings.change(
        meeting=meeting,
        version=meeting.version,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        place="Rådhuset, sal 3",
        items=[*standing[:3], *(agenda.PlannedItem(*one) for one in ITEMS), standing[3]],
        invited=[
            agenda.Invited(organisation=row.organisation, user=row.user, pk=row.pk)
            for row in meeting.participations.in_order()
        ],
        by=sample.anna,
        now=sample.now,
    )
    assert meeting.participations.count() == 11
    unreached = meetings.call(meeting=meeting, by=sample.anna, now=sample.now)
    assert [row.label for row in unreached] == [
        "Företrädare för Kultur- och fritidsförvaltningen",
        "Företrädare för Region Örebro län",
    ]
    assert OutgoingMail.objects.filter(letter="forums.call").count() == 9

    meeting = meetings.start_log(meeting=meeting, by=sample.anna, now=sample.now)
    by = sample.anna
    assert proceedings.mark_all_present(meeting=meeting, by=by) == 11
    rows = {row.label: row for row in meeting.participations.all()}
    proceedings.set_attendance(participation=rows["Sofia Dahl"], attendance="absent", by=by)
    proceedings.set_attendance(
        participation=rows["Företrädare för Region Örebro län"],
        attendance="substitute",
        substitute_name="Karin Öst",
        by=by,
    )
    old = {action.text: action for action in Action.objects.open()}
    actions.mark_done(action=old[OLD[0]], meeting=meeting, by=by, now=sample.now)
    actions.move(
        action=old[OLD[1]],
        due=sample.today + timedelta(weeks=3, days=1),
        meeting=meeting,
        by=by,
        now=sample.now,
    )
    actions.strike(action=old[OLD[2]], reason="Löst på annat sätt", meeting=meeting, by=by)
    for item in meeting.items.in_order():
        if item.position in NOTES:
            proceedings.save_item(
                item=item, notes=NOTES[item.position], version=item.version, by=by, handled=True
            )
        for text, report in DECISIONS.get(item.position, ()):
            proceedings.add_decision(item=item, text=text, report_to_management=report, by=by)
        for text, who, weeks in ACTIONS.get(item.position, ()):
            sample.action(item, text, who, weeks)
    proceedings.postpone_item(item=sample.item(meeting, "Stödtelefonen"), by=by)
    version = finishing.finish(meeting=meeting, by=by, now=sample.now)

    assert version.number == 1
    assert_says_it_all(sample, version)
    assert Job.objects.filter(kind="forums.minutes_pdf").count() == 2
    assert receivers(version) == {
        person.pk
        for person in (
            sample.maria,
            sample.nils,
            sample.anna,
            sample.per,
            sample.jonas,
            sample.oskar,
        )
    }
    assert_carries_on(sample)


def test_the_sample_meeting_is_registered_afterwards(sample):
    earlier_meeting(sample)
    old = {action.text: action for action in Action.objects.open()}
    starts_at = agenda.local(sample.today - timedelta(days=1), agenda.USUAL_START)
    start = afterwards.prefill(forum=sample.council, now=sample.now)
    attendance = {
        "Sofia Dahl": ("absent", ""),
        "Företrädare för Region Örebro län": ("substitute", "Karin Öst"),
    }
    titles = [one.title for one in start.items]
    titles[3:3] = [title for title, _kind in ITEMS]

    def record(position: int, title: str) -> afterwards.ItemRecord:
        return afterwards.ItemRecord(
            title=title,
            notes=NOTES.get(position, ""),
            is_follow_up=position == 2,
            outcome="postponed" if position == 7 else "",
            decisions=[
                afterwards.DecisionRecord(text, report)
                for text, report in DECISIONS.get(position, ())
            ],
            actions=[
                afterwards.ActionRecord(text, who, starts_at.date() + timedelta(weeks=weeks))
                for text, who, weeks in ACTIONS.get(position, ())
            ],
        )

    version = afterwards.register_afterwards(
        forum=sample.council,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        place=start.place,
        attendance=[
            afterwards.AttendanceRecord(one, *attendance.get(one.label, ("present", "")))
            for one in start.people
        ],
        carried=[
            afterwards.CarriedRecord(old[OLD[0]], "done"),
            afterwards.CarriedRecord(
                old[OLD[1]], "moved", due=sample.today + timedelta(weeks=3, days=1)
            ),
            afterwards.CarriedRecord(old[OLD[2]], "struck", reason="Löst på annat sätt"),
        ],
        items=[record(position, title) for position, title in enumerate(titles, start=1)],
        by=sample.anna,
        now=sample.now,
    )
    meeting = Meeting.objects.get(pk=version.meeting_id)
    assert meeting.state == "writing_up"
    assert_says_it_all(sample, version)
    assert_carries_on(sample)
