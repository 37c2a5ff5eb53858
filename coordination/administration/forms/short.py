"""A name: guarded as every text is, without a counter that nobody needs."""

import re
from typing import Any

from coordination.ui.fields import GuardedText

# Unicode's "default ignorable", without those that turn the text, which every name refuses.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065"
    "\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)


class ShortText(GuardedText):
    """Text that is a name or a word or two."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        del self.widget.attrs["data-char-limit"]


class NameOfPerson(ShortText):
    """A name without signs that nobody sees: two accounts never read alike because of them."""

    def to_python(self, value: Any) -> str:
        seen = value if value in self.empty_values else _UNSEEN.sub("", str(value))
        return super().to_python(seen)
