"""What somebody called to one meeting, without a seat, sees of its decisions."""

from forums import matters
from forums.models import Decision


def test_who_was_called_to_one_meeting_sees_of_the_matter_that_meeting_only(world):
    held = world.held["bra"]
    decision = Decision.objects.get(item__meeting=held)
    story = matters.story(decision, world.person("leila.amiri"))
    assert {step.item.meeting for step in story if step.item} == {held, world.locked["bra"]}
    assert matters.story(decision, world.person("bo.kvist")) == []
