"""What keeps the fields of cases unreadable to whoever has the database: sealing, tokens, rotation."""

from .fields import Sealed, SealedTextField, Unsealed
from .tokens import name_index, name_lookups, name_matches, name_tokens

__all__ = [
    "Sealed",
    "SealedTextField",
    "Unsealed",
    "name_index",
    "name_lookups",
    "name_matches",
    "name_tokens",
]
