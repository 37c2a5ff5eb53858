"""The keys of the individual zone. They come from the environment or a file, never from the database."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from coordination.access.sealing import Ring, ring

FIELDS = b"samordningsportalen/case-field/v1"
TOKENS = b"samordningsportalen/case-token/v1"
OLDER = "PORTAL_CASE_KEY_OLD"


def field_ring() -> Ring:
    """What fields are sealed with. Raises ImproperlyConfigured where cases have no key."""
    return _ring(FIELDS)


def token_ring() -> Ring:
    """What names are turned into tokens with: keys of their own, so that neither tells of the other."""
    return _ring(TOKENS)


def _ring(label: bytes) -> Ring:
    if not settings.CASE_KEYS:
        raise ImproperlyConfigured(
            "There is no PORTAL_CASE_KEY: cases can be neither kept nor read."
        )
    return ring(tuple(settings.CASE_KEYS), label, OLDER)
