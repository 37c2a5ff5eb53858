"""Texts at rest: sealed with AES-256-GCM, bound to what they are about, the key's id in the value."""

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

LABEL = b"samordningsportalen/field-key/v1"
NONCE = 12


class Unreadable(Exception):
    """The value was not sealed by a key we have, is bound to something else, or was changed."""


@dataclass(frozen=True)
class Ring:
    """The keys for one purpose, by id, the current one first."""

    keys: Mapping[str, bytes]
    older: str
    """The setting that holds the key before the current one, to name when a key is missing."""

    @property
    def current(self) -> str:
        """The id of the key that new values are sealed with."""
        return next(iter(self.keys))

    def seal(self, text: str, *, about: str) -> str:
        """The text, sealed with the current key. `about` must be given again to open it."""
        nonce = os.urandom(NONCE)
        box = AESGCM(self.keys[self.current]).encrypt(
            nonce, text.encode(), _bound(about, self.current)
        )
        return f"{self.current}.{base64.urlsafe_b64encode(nonce + box).decode()}"

    def unseal(self, value: str, *, about: str) -> str:
        """What was sealed about the same thing, with any of the keys. Raises `Unreadable` for anything
        else."""
        key_id, _, encoded = value.partition(".")
        key = self.keys.get(key_id)
        if key is None:
            raise Unreadable(f"No such key: is {self.older} missing?")
        try:
            sealed = base64.urlsafe_b64decode(encoded)
            if base64.urlsafe_b64encode(sealed).decode() != encoded:
                # Bits that the encoding leaves over could be changed without a trace.
                raise ValueError
            opened = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], _bound(about, key_id))
            return opened.decode()
        except (InvalidTag, ValueError) as error:
            raise Unreadable("The value does not open.") from error

    def is_current(self, value: str) -> bool:
        """Whether the value needs no sealing anew after a change of keys."""
        return value.partition(".")[0] == self.current


@lru_cache(maxsize=8)
def ring(secrets: tuple[str, ...], label: bytes, older: str) -> Ring:
    """The keys that follow from these secrets for the purpose that the label names. The id tells keys
    apart and says nothing of them."""
    found = {}
    for secret in secrets:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(secret.encode())
        found[hashlib.sha256(b"id|" + key).hexdigest()[:8]] = key
    return Ring(found, older)


def seal(text: str, *, about: str) -> str:
    """A secret of a second factor, sealed. `about` says whose it is; it must be given to open it."""
    return _fields().seal(text, about=about)


def unseal(value: str, *, about: str) -> str:
    """What was sealed about the same person, with the current key or an older one that is still given.

    Raises `Unreadable` for anything else.
    """
    return _fields().unseal(value, about=about)


def sealed_with_current_key(value: str) -> bool:
    """Whether the secret needs no sealing anew after a change of keys."""
    return _fields().is_current(value)


def _fields() -> Ring:
    return ring(tuple(settings.FIELD_KEYS), LABEL, "PORTAL_FIELD_KEY_OLD")


def _bound(about: str, key_id: str) -> bytes:
    return f"{key_id}|{about}".encode()
