"""The demo: invented people and a year of their work, made by the apps' own domain functions.

Each app that has something to show keeps a `demo.py` with a part. Because a part calls the same
functions as the pages do, the demo cannot hold a state that the portal forbids.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from coordination.ui import pdf


@dataclass
class Scene:
    """What the parts share: one clock, one seed, how much of everything, and a place to say so."""

    now: datetime
    seed: int
    scale: int
    say: Callable[[str], None]
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)


Part = Callable[[Scene], None]
_parts: list[tuple[int, str, Part]] = []


def part(order: int, name: str) -> Callable[[Part], Part]:
    """Registers a part of the demo; lower orders are made first."""

    def register(function: Part) -> Part:
        _parts.append((order, name, function))
        return function

    return register


def document(title: str, text: str) -> bytes:
    """A PDF for somebody of the demo to hand in, made here, by the portal's own hands."""
    language = settings.LANGUAGE_CODE
    return pdf.render(
        "frame/demo_document.html", {"text": text}, title=title, language=language
    ).content


def build(scene: Scene) -> None:
    """Makes every part, in order. Runs inside the caller's transaction, so it is all or nothing."""
    autodiscover_modules("demo")
    for _order, name, make in sorted(_parts, key=lambda entry: entry[:2]):
        scene.say(name)
        make(scene)
