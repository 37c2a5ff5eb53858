"""Visitors who write, and keep their own log of what was acknowledged to them; and what must be true
of the portal afterwards."""

import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.distributed.installation import Ground, until
from tests.distributed.visitor import Answer

PAUSE = 0.2


@dataclass
class Log:
    """What visitors were promised: the places of planned meetings, and of those called."""

    planned: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    tries: int = 0
    unanswered: int = 0
    """Tries that got no answer or an error page, and were made again with the same key."""
    refused: list[str] = field(default_factory=list)


LETTERS = str.maketrans("0123456789", "ghijklmnop")


class Writers:
    """Threads that plan and call meetings, each form with a key of its own, sent until answered."""

    def __init__(self, ground: Ground, count: int) -> None:
        self.ground, self.log = ground, Log()
        self.cookies = self._signed_in()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=[n]) for n in range(count)]

    def _signed_in(self) -> dict[str, str]:
        visitor = self.ground.visitor()
        answer = visitor.sign_in(self.ground.made["chair"], self.ground.made["password"])
        assert answer.status == 302, f"signing in answered {answer.status}"
        return visitor.cookies

    def one(self, number: int = 0) -> None:
        """Plan one meeting and call it, whatever happens in between."""
        # Letters alone: digits enough in a row may look like an identity number, and be refused.
        place = f"Rum {uuid.uuid4().hex.translate(LETTERS)}"
        day = date.today() + timedelta(days=30 + len(self.log.planned) % 300)  # noqa: DTZ011
        planned = self._until_answered(
            f"/forum/{self.ground.made['forum']}/nytt-mote/",
            {"date": day.isoformat(), "starts": "09.00", "ends": "10.00", "place": place},
        )
        if planned is None or "/planera/" not in planned.location:
            self.log.refused.append(f"plan {planned and planned.status}")
            return
        self.log.planned.append(place)
        called = self._until_answered(
            f"{planned.location.removesuffix('planera/')}kalla/", {"to": "all"}
        )
        if called is None:
            self.log.refused.append("call")
            return
        self.log.called.append(place)

    def _until_answered(self, path: str, data: dict[str, str]) -> Answer | None:
        """Send the form until it leads on. None when it was refused: a fault of the test."""
        form = {**data, "_once": str(uuid.uuid4())}
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            self.log.tries += 1
            try:
                answer = self.ground.visitor(**self.cookies).post(path, form)
            except OSError:
                answer = None
            except Exception:  # an answer cut off in the middle
                answer = None
            if answer is not None and answer.status == 302:
                if "/konto/" in answer.location:
                    self.log.refused.append(f"signed out: {answer.location}")
                    return None
                return answer
            if answer is not None and answer.status < 500:
                self.log.refused.append(f"{path}: {answer.status}")
                return None
            self.log.unanswered += 1
            time.sleep(PAUSE)
        return None

    def _write(self, number: int) -> None:
        while not self._over.is_set():
            self.one(number)
            time.sleep(PAUSE / 2)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def progressed(self, beyond: int) -> bool:
        return len(self.log.called) > beyond


def settled(ground: Ground, seconds: float = 300) -> dict[str, Any]:
    """Everything that was promised is done: what a pause or a lease holds back comes at once."""
    for name, service in ground.services.items():
        if "worker" in name:
            service.kill()
    ground.stage("settle")
    ground.tend()
    return until(
        lambda: (found := ground.stage("outcome")) and found["open_jobs"] == 0 and found,
        "every job done",
        seconds,
        ground.tend,
    )


def check(ground: Ground, log: Log, outcome: dict[str, Any]) -> None:
    """0 lost, 0 doubled, 0 half-written: the visitors' log beside database, mail and audit."""
    assert log.refused == [], log.refused[:5]
    meetings = outcome["meetings"]
    places = [meeting["place"] for meeting in meetings]
    assert sorted(places) == sorted(log.planned), "lost or doubled meetings"
    called = [meeting["place"] for meeting in meetings if meeting["state"] == "called"]
    assert sorted(called) == sorted(log.called), "lost calls"
    for meeting in meetings:
        whole = {"items": ground.made["items"], "people": ground.made["people"]}
        assert {name: meeting[name] for name in whole} == whole, "half-written"
        assert meeting["planned"] == 1, "an effect without its event, or with two"
        assert meeting["called"] == (meeting["state"] == "called")
        promised = meeting["people"] if meeting["state"] == "called" else 0
        assert meeting["mails"] == meeting["sent"] == promised, f"mail lost or doubled: {meeting}"
    assert outcome["failed_jobs"] == 0
    assert outcome["files_unknown"] == outcome["files_missing"] == 0, "files beside the mail"
    assert "WRONG" not in ground.manage("verify_audit")
