"""Acts at once, in threads with connections of their own."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from django.db import connection, connections


class Race:
    """Runs acts in threads that start together.

    SQLite's test database is in memory, where threads share a cache and lock otherwise than on a
    file: they get a copy in a file, with the settings in use, of what there is when it is made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = connections.settings["default"]
        self.is_apart = connection.vendor != "sqlite"

    def __call__(self, *acts: Callable[[], object]) -> list:
        """What each of them gave or refused with."""
        self.in_file()
        ready = Barrier(len(acts))

        def start(act: Callable[[], object]) -> object:
            try:
                ready.wait()
                return act()
            except Exception as refusal:
                return refusal
            finally:
                connections["default"].close()

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(start, acts))

    def alone(self, act: Callable[[], object]) -> object:
        """The answer of one act, where the others wrote."""
        (answer,) = self(act)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def in_file(self) -> None:
        """Makes the copy, unless there is one."""
        if self.is_apart:
            return
        self.is_apart = True
        name = str(self.folder / "race.sqlite3")
        with sqlite3.connect(name) as copy:
            connection.connection.backup(copy)
            # As migrating leaves it: of two first connections that switch to WAL, one may be refused.
            copy.execute("PRAGMA journal_mode=WAL")
        copy.close()
        connections.settings["default"] = {**self.before, "NAME": name}

    def over(self) -> None:
        """Gives the test its own database back."""
        connections.settings["default"] = self.before
