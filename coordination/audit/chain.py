"""What a link of the chain is: the canonical form of an event and its hash.

The canonical form is a JSON array in UTF-8, without spaces, object keys sorted, every character
outside ASCII written as \\uXXXX:

    [zone, sequence, at, event, actor, object_label, object_key, fields, facts, request_id,
     previous_hash]

`at` is ISO 8601 in UTC with +00:00, and with six decimals unless they are all zero. `hash` is the
SHA-256 of the canonical form in hexadecimal; `previous_hash` is the hash of the row before in the
same zone, and `GENESIS` for the first row. Changing any of this makes every existing log invalid.
"""

import hashlib
import json
from datetime import UTC, datetime

GENESIS = "0" * 64

_encode = json.JSONEncoder(separators=(",", ":"), sort_keys=True, ensure_ascii=True).encode


def digest(
    zone: str,
    sequence: int,
    at: datetime,
    event: str,
    actor: str,
    object_label: str,
    object_key: str,
    fields: list[str],
    facts: dict,
    request_id: str,
    previous_hash: str,
) -> str:
    """The hash of an event with these values; `at` must be aware."""
    form = _encode(
        [
            zone,
            sequence,
            at.astimezone(UTC).isoformat(),
            event,
            actor,
            object_label,
            object_key,
            fields,
            facts,
            request_id,
            previous_hash,
        ]
    )
    return hashlib.sha256(form.encode()).hexdigest()


def commitment(salt: str, subject: str) -> str:
    """What stands in the log for the person `subject`."""
    return hashlib.sha256(bytes.fromhex(salt) + subject.encode()).hexdigest()
