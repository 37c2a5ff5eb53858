"""The demo's law: what a lawyer and an archivist have reviewed, what waits, and what is old or struck."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from coordination.access.models import User
from coordination.frame import demo

from . import keeping, retention
from .models import LegalBasis, Record, RetentionRule

LAWYER = "Elsa Brandt, kommunjurist"
ARCHIVIST = "Ida Rask, kommunarkivarie"
ACCEPTED = ("G1", "G0", "G5", "G7", "G8", "G10", "G11", "G12", "G13", "G14", "G17")
"""Accepted as they came."""
EARLIER_WORDING = {
    "paragraph": "10 kap. 18 a § OSL (prop. 2011/12:171)",
    "valid_from": date(2013, 3, 1),
    "conditions": [
        "Det finns på grund av särskilda omständigheter risk för brottslig verksamhet.",
        "Uppgiften kan antas bidra till att förhindra det.",
        "Det är inte olämpligt med hänsyn till insatserna.",
    ],
}
"""What the paragraph of those under 21 asked for before 2025."""


@demo.part(17, "Rättsliga grunder och gallringsregler")
def make(scene: demo.Scene) -> None:
    """Most is reviewed this year. One review is old, one version waits, and one basis is struck."""
    stina = User.objects.get(username="stina.alm")
    bases = {one.code: one for one in LegalBasis.objects.all()}
    recently = scene.now - timedelta(days=60)
    for code in ACCEPTED:
        _accept(bases[code].versions.get(), LAWYER, by=stina, now=recently)
    _accept(bases["G2"].versions.get(), LAWYER, by=stina, now=scene.now - timedelta(days=400))
    _worded_anew(bases["G4"], by=stina, scene=scene)
    keeping.strike(
        version=bases["G20"].versions.get(),
        why="Nöd prövas i efterhand och ska inte väljas i portalen. Ring 112.",
        by=stina,
        now=recently,
    )
    for rule in RetentionRule.objects.exclude(record=Record.CALENDAR):
        old = rule.record == Record.HELPLINE
        now = scene.now - timedelta(days=420 if old else 45)
        _accept(rule.versions.get(), ARCHIVIST, by=stina, now=now)


def _accept(version: Any, who: str, *, by: User, now: Any) -> None:
    rules = retention if hasattr(version, "rule") else keeping
    rules.review(version=version, who=who, on=timezone.localdate(now), by=by, now=now)


def _worded_anew(basis: LegalBasis, *, by: User, scene: demo.Scene) -> None:
    """The paragraph as it was, as it is, and a wording that a lawyer has not read yet."""
    came = basis.versions.get()
    now_said = {name: getattr(came, name) for name in keeping.SAYS}
    then, later = scene.now - timedelta(days=500), scene.now - timedelta(days=60)
    earlier = keeping.add_version(basis=basis, values=now_said | EARLIER_WORDING, by=by, now=then)
    _accept(earlier, LAWYER, by=by, now=then)
    present = keeping.add_version(basis=basis, values=now_said, by=by, now=later)
    _accept(present, LAWYER, by=by, now=later)
    clearer = now_said | {
        "plain": "Socialtjänsten får tipsa polisen, Säkerhetspolisen och Tullverket om någon under"
        " 21 år, när det finns konkreta tecken på risk för brott.",
        "valid_from": timezone.localdate(scene.now) + timedelta(days=30),
    }
    keeping.add_version(basis=basis, values=clearer, by=by, now=scene.now - timedelta(days=3))
