"""The letters of the frame, for the queue to find."""

from . import incidents

__all__ = ["incidents"]
