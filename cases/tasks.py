"""The work of this app that the queue carries out: its letters."""

from . import letters

__all__ = ["letters"]
