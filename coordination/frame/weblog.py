"""The log of the web server: gunicorn quotes a request that it cannot read, and people type anything."""

import logging
from typing import Any

from gunicorn import glogging

from .logs import QuietFormatter


class Logger(glogging.Logger):  # type: ignore[misc]
    """gunicorn's own, for `--logger-class`: without what a request held, or an exception said."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(_without_the_request)
        for handler in self.error_log.handlers:
            handler.setFormatter(QuietFormatter(self.error_fmt, self.datefmt))


def _without_the_request(record: logging.LogRecord) -> bool:
    for begins, sentence in (
        ("Invalid request", "A request could not be read"),
        ("Error handling request", "A request could not be answered"),
    ):
        if str(record.msg).startswith(begins):
            record.msg, record.args = sentence, ()
    return True
