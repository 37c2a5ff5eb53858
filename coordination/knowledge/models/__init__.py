"""The tables of this app, in one place to import from."""

from .contacts import Contact, ContactRetention
from .information import PARTS, InformationChange, InformationVersion
from .library import Entry, Helpful
from .visits import Suggestion, SuggestionChange, Visit

__all__ = [
    "PARTS",
    "Contact",
    "ContactRetention",
    "Entry",
    "Helpful",
    "InformationChange",
    "InformationVersion",
    "Suggestion",
    "SuggestionChange",
    "Visit",
]
