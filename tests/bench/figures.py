"""What is measured: one figure, its aim, and the clock that all of them use."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass
class Figure:
    """One row of the table. `hit` is None where there is no aim."""

    group: str
    what: str
    value: str
    beside: str = ""
    aim: str = ""
    hit: bool | None = None
    mend: str = ""
    """What would mend it, when it misses."""

    def say(self) -> None:
        """One line of JSON, which bin/bench reads."""
        print("FIGURE " + json.dumps(asdict(self), ensure_ascii=False), flush=True)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 9.9995 else f"{seconds:.1f} s"


def median(act: Callable[[], object], times: int) -> float:
    """Seconds that the act takes: the median of so many runs, after one that warms up."""
    return medians([act], times)[0]


def medians(acts: Sequence[Callable[[], object]], times: int) -> list[float]:
    """The same for several acts, taken in turns so that a busy moment meets all of them."""
    took: list[list[float]] = [[] for _ in acts]
    for act in acts:
        act()
    for _ in range(times):
        for index, act in enumerate(acts):
            began = time.perf_counter()
            act()
            took[index].append(time.perf_counter() - began)
    return [statistics.median(one) for one in took]
