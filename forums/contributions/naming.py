"""What a meeting is called where it stands among other things."""

from coordination.ui import dates
from forums.models import Meeting


def named(meeting: Meeting) -> str:
    """ÖreBRÅ 21 april."""
    return f"{meeting.forum} {dates.day_short(meeting.starts_at)}"
