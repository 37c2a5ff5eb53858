"""How faults are written to the program's log: where and of what kind, never what a person wrote.

An exception's text quotes what was typed ("invalid literal …: '…'", a database's "Key (name)=(…)").
"""

import logging
import traceback
from types import TracebackType


def without_addresses(record: logging.LogRecord) -> bool:
    """Whether to keep the line. Django logs the address of each 404 and 403, and people paste
    anything into an address; the audit log has the denials, and the proxy counts the rest."""
    return not 400 <= getattr(record, "status_code", 0) < 500


class QuietFormatter(logging.Formatter):
    """Prints the frames of an exception and the classes in its chain, without any of their texts."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        lines = []
        error = ei[1]
        while error is not None:
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
            lines += [
                f"  {frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)
