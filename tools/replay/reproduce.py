"""Does the integration do what the laboratory promised, and which step costs what: `lab replay --reproduce`.

Every rung is held against the one it differs from by one step, over the same people and the same chances; intervals
are of a bootstrap over people, paired where two rungs are compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from rich.console import Console
from rich.progress import track

from tools.errors import LabError
from tools.evaluate.claims.prices import Costs, best_costs, speaks
from tools.evaluate.claims.scores import MEASURES, Floats, Tally, draws, joined, tally
from tools.evaluate.claims.trace import persona_ids
from tools.personas.population import MEMBERS_PER_ID
from tools.personas.split import TEST, VALIDATION
from tools.results import Record
from tools.streams import Family

from .ladder import COLD, OURS, Climb, Scored
from .metrics import metrics_of
from .persona import persona_scene
from .spread import Order, spread

FIGURES: Final = ("timing F1", "satisfaction", "regret", "log-loss")
DAYS: Final = (("all", 0, 365), ("days 1–3", 0, 2), ("days 4–7", 3, 6), ("days 8–14", 7, 13))
FEEDBACKS: Final = (("feedbacks 0", 0, 0), ("feedbacks 1–9", 1, 9), ("feedbacks 10–19", 10, 19),
                    ("feedbacks 20–49", 20, 49))  # fmt: skip

LAB: Final = "laboratory"
OPEN: Final = ("laboratory", "its moments", "its detectors")
CLOSED: Final = ("policy in the laboratory", "integration")
STEPS: Final = (
    ("sensing: its moments instead of the simulator's", "its moments", "laboratory"),
    ("sensing: what its detectors miss is not said", "its detectors", "its moments"),
    ("gating: the policy's rules, caps and gaps", "policy in the laboratory", "laboratory"),
    ("sensing and delivery, in closed loop", "integration", "policy in the laboratory"),
)
"""What a step is, the rung above it, and the rung below."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What is reproduced."""

    people: int = 20
    days: int = 14
    seed: int = 2
    family: str = "A"
    tuning: int = 12
    workers: int = 1
    dask: str | None = None
    split: str = TEST
    command: str = ""


def who(request: Request) -> list[int]:
    """Return the first people of a split who carry a phone."""
    family, asked = Family(request.family), request.people
    found: list[int] = []
    while len(found) < request.people:
        asked += 4
        found = []
        for persona in persona_ids(request.split, asked, request.seed, family):
            try:
                persona_scene(persona, days=1, seed=request.seed, family=family)
            except LabError:
                continue
            found.append(persona)
    return found[: request.people]


def run(request: Request, console: Console) -> tuple[list[Record], list[Climb]]:
    """Return the table's records, and what they come from."""
    tuning = [
        ("tools.replay.reproduce:_tuned", (persona, request.days))
        for persona in persona_ids(VALIDATION, request.tuning, 1, Family.A)
    ]
    orders = climbing(request)
    show = partial(track, console=console, disable=not console.is_terminal)
    go = partial(spread, workers=request.workers, dask=request.dask)
    prices = _prices(list(show(go(tuning), description="prices", total=len(tuning))))
    climbs = [item for home in show(go(orders), description="homes", total=len(orders)) for item in home]
    records = records_of(climbs, prices)
    return [replace(item, family=request.family, command=request.command) for item in records], climbs


def climbing(request: Request) -> list[Order]:
    """Return an order for every home; people of one home live through the same days."""
    homes: dict[int, list[int]] = {}
    for persona in who(request):
        homes.setdefault(persona // MEMBERS_PER_ID, []).append(persona)
    return [
        ("tools.replay.reproduce:_climb", (tuple(people), request.days, request.seed, request.family))
        for people in homes.values()
    ]


def _tuned(persona: int, days: int) -> Scored:
    from .ladder import tuned  # noqa: PLC0415 - in the child

    return tuned(persona, days=days, seed=1)


def _climb(people: tuple[int, ...], days: int, seed: int, family: str) -> list[Climb]:
    from .ladder import climb  # noqa: PLC0415 - in the child

    return climb(people, days=days, seed=seed, family=family)


def _prices(lives: Sequence[Scored]) -> dict[str, Costs]:
    truth = joined([item.truth for item in lives])
    return {name: best_costs(truth, joined([item.beliefs[name] for item in lives])) for name in (COLD, OURS)}


# Records -------------------------------------------------------------------------------------------


class Rungs:
    """All people on every rung."""

    def __init__(self, climbs: Sequence[Climb], prices: dict[str, Costs]) -> None:
        self._climbs = climbs
        self._prices = prices
        self.weights = draws(len(climbs))

    def tally(self, rung: str, learner: str, first: int, last: int, by: str = "session") -> Tally | None:
        """Return a learner's sums on a rung; None where nobody had such a look."""
        parts = [item.rungs[rung] for item in self._climbs]
        truth = joined([part.truth for part in parts])
        beliefs = joined([part.beliefs[learner] for part in parts])
        seen = np.concatenate([part.seen for part in parts])
        if parts[0].spoken is None:
            spoken = speaks(truth, beliefs, self._prices[learner]) & seen
        else:
            spoken = np.concatenate([part.spoken for part in parts if part.spoken is not None])
        where = getattr(truth, by)
        chosen = (where >= first) & (where <= last)
        return tally(truth, beliefs, spoken, chosen) if chosen.any() else None

    def loss(self, rung: str, learner: str, first: int, last: int) -> Tally | None:
        """Return the sums over what the home had noticed: of the rest there is no belief."""
        parts = [item.rungs[rung] for item in self._climbs]
        truth = joined([part.truth for part in parts])
        beliefs = joined([part.beliefs[learner] for part in parts])
        seen = np.concatenate([part.seen for part in parts])
        chosen = (truth.session >= first) & (truth.session <= last) & seen
        return tally(truth, beliefs, np.zeros(len(chosen), bool), chosen) if chosen.any() else None

    def figure(self, name: str, rung: str, learner: str, first: int, last: int) -> Floats | None:
        """Return a figure under every draw of people."""
        got = (self.loss if name == "log-loss" else self.tally)(rung, learner, first, last)
        return None if got is None else MEASURES[name][1](got, self.weights)


def _record(claim: str, values: Floats, unit: str) -> Record:
    low, high = np.percentile(values[1:], [2.5, 97.5])
    return Record(claim=claim, value=float(values[0]), low=float(low), high=float(high), unit=unit)


def _within(record: Record, lab: Floats) -> Record:
    """Hold a figure against the laboratory's interval for the same people."""
    low, high = (float(edge) for edge in np.percentile(lab[1:], [2.5, 97.5]))
    return replace(record, threshold=f"{low:.4g} to {high:.4g}", passed=low <= record.value <= high)


def records_of(climbs: Sequence[Climb], prices: dict[str, Costs]) -> list[Record]:
    """Return every rung's figures by day, the cost of every step, and what the people made of it."""
    rungs = Rungs(climbs, prices)
    records: list[Record] = []
    for figure in FIGURES:
        unit = MEASURES[figure][0]
        for cut, first, last in DAYS:
            records += _curves(rungs, figure, unit, cut, first, last)
    records += _steps(rungs)
    records += _shares(climbs)
    records += _outcomes(climbs)
    return records


def _curves(rungs: Rungs, figure: str, unit: str, cut: str, first: int, last: int) -> Iterator[Record]:
    lab = rungs.figure(figure, LAB, OURS, first, last)
    cold = rungs.figure(figure, LAB, COLD, first, last)
    if lab is None or cold is None:
        return
    yield _record(f"{figure}, {LAB}, {COLD}, {cut}", cold, unit)
    yield _record(f"{figure}, {LAB}, {OURS}, {cut}", lab, unit)
    for rung in OPEN[1:]:
        for learner, reference in ((COLD, cold), (OURS, lab)):
            values = rungs.figure(figure, rung, learner, first, last)
            if values is not None:
                yield _within(_record(f"{figure}, {rung}, {learner}, {cut}", values, unit), reference)
    promised = rungs.figure(figure, CLOSED[0], OURS, first, last)
    values = rungs.figure(figure, CLOSED[1], OURS, first, last)
    if promised is not None and values is not None:
        yield _record(f"{figure}, {CLOSED[0]}, {cut}", promised, unit)
        yield _within(_record(f"{figure}, {CLOSED[1]}, {cut}", values, unit), promised)


def _steps(rungs: Rungs) -> Iterator[Record]:
    for name, above, below in STEPS:
        for figure in FIGURES:
            after = rungs.figure(figure, above, OURS, 0, 365)
            before = rungs.figure(figure, below, OURS, 0, 365)
            if after is not None and before is not None:
                yield _record(f"cost of {name}: {figure}", after - before, MEASURES[figure][0])


def _over_people(claim: str, part: Sequence[float], whole: Sequence[float], unit: str) -> Record:
    weights = draws(len(part))
    values = (weights @ np.array(part)) / np.maximum(weights @ np.array(whole), 1e-9)
    return _record(claim, np.asarray(values), unit)


def _shares(climbs: Sequence[Climb]) -> Iterator[Record]:
    """Return how much of what is there to be seen, said and answered gets through each step."""
    seen = [float(item.rungs["its detectors"].seen.sum()) for item in climbs]
    looks = [float(len(item.rungs["its detectors"].seen)) for item in climbs]
    needed = [float(item.rungs["its detectors"].truth.need.sum()) for item in climbs]
    both = [float((item.rungs["its detectors"].truth.need & item.rungs["its detectors"].seen).sum()) for item in climbs]
    yield _over_people("sensing: opportunities at which the situation was noticed", seen, looks, "share")
    yield _over_people("sensing: needed opportunities at which the situation was noticed", both, needed, "share")
    found = [metrics_of(item.lines, item.days) for item in climbs]
    yield _over_people(
        "delivery: messages decided for the phone that reached it",
        [m.pushes for m in found], [m.offers for m in found], "share",
    )  # fmt: skip
    yield _over_people(
        "delivery: answers that a button of the phone said exactly",
        [m.exact for m in found], [m.pressed for m in found], "share",
    )  # fmt: skip
    answers = [m.pressed + m.late for m in found]
    yield _over_people(
        "delivery: answers to a matter that was over when they came", [m.overtaken for m in found], answers, "share"
    )
    yield _over_people(
        "delivery: answers lost, for the message was taken back while the matter lasted",
        [m.late - m.overtaken for m in found], answers, "share",
    )  # fmt: skip


def _outcomes(climbs: Sequence[Climb]) -> Iterator[Record]:
    found = [metrics_of(item.lines, item.days) for item in climbs]
    for claim, part, whole, unit in OUTCOMES:
        yield _over_people(
            f"integration: {claim}", [getattr(m, part) for m in found], [getattr(m, whole) for m in found], unit
        )
    speed = [item.lived * 86_400.0 for item in climbs]
    yield _over_people(
        "speed in this process, over real time, per core", speed, [item.seconds for item in climbs], "times"
    )


OUTCOMES: Final = (
    ("acceptance", "welcomed", "pushes", "share of pushes"),
    ("annoyance", "annoyed", "pushes", "share of pushes"),
    ("pushes a day", "pushes", "days", "per person-day"),
    ("unseen", "unseen", "pushes", "share of pushes"),
    ("stale", "stale", "pushes", "share of pushes"),
    ("safety recall", "warned", "hazards", "share of hazards"),
)
