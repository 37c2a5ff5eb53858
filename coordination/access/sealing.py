"""Secrets at rest: sealed with AES-256-GCM, bound to whom they belong, the key's id in the value."""

import base64
import hashlib
import os
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


def seal(text: str, *, about: str) -> str:
    """The text, sealed with the current key. `about` says whose it is; it must be given to open it."""
    key_id, key = next(iter(_keys(tuple(settings.FIELD_KEYS)).items()))
    nonce = os.urandom(NONCE)
    box = AESGCM(key).encrypt(nonce, text.encode(), _bound(about, key_id))
    return f"{key_id}.{base64.urlsafe_b64encode(nonce + box).decode()}"


def unseal(value: str, *, about: str) -> str:
    """What was sealed about the same thing, with the current key or an older one that is still given.

    Raises `Unreadable` for anything else.
    """
    key_id, _, encoded = value.partition(".")
    key = _keys(tuple(settings.FIELD_KEYS)).get(key_id)
    if key is None:
        raise Unreadable("No such key: is PORTAL_FIELD_KEY_OLD missing?")
    try:
        sealed = base64.urlsafe_b64decode(encoded)
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], _bound(about, key_id)).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable("The value does not open.") from error


def sealed_with_current_key(value: str) -> bool:
    """Whether the value needs no sealing anew after a change of keys."""
    return value.partition(".")[0] == next(iter(_keys(tuple(settings.FIELD_KEYS))))


def _bound(about: str, key_id: str) -> bytes:
    return f"{key_id}|{about}".encode()


@lru_cache(maxsize=4)
def _keys(secrets: tuple[str, ...]) -> dict[str, bytes]:
    """By id, the current one first. The id tells keys apart and says nothing of them."""
    found = {}
    for secret in secrets:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=LABEL).derive(secret.encode())
        found[hashlib.sha256(b"id|" + key).hexdigest()[:8]] = key
    return found
