"""`lab evaluate claims`: learners on the same feedback, their figures by feedback and day, and the claims."""

import hashlib
import pickle
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table as Screen

from assistant.assistant import EngineChoice
from tools.evaluate.responses.replay import Choice
from tools.personas.model import Persona
from tools.personas.split import TEST, TRAIN, VALIDATION
from tools.results import Record, write_records
from tools.streams import Family

from . import verdicts
from .against_tuning import against_tuning
from .bound import IDEAL, bound, deciders
from .closed import Loop
from .device import on_device
from .drift import drift
from .figures import ALL, DAYS, FEEDBACKS, LATE, Figures
from .ideal import Observer
from .leakage import Leaks, leakage
from .live import NETWORK, Errand, Household, Lived, Lives, engine_of, errands, everybody, together
from .loop_verdicts import in_loop
from .prices import GOALS, Costs, best_costs, best_rules, follow, speaks, timing
from .structure import structure_of
from .trace import anybody, changes, persona_ids, traces
from .variants import COLD, ORACLE, OURS, RULES, STILL_TABLE, VARIANTS, Part, Structure

_WHOLE: Final = frozenset(Part)
_MAIN: Final = frozenset({Part.MAIN})
_PAIR: Final = frozenset({Part.PAIR})
_DIRECT: Final = "speak at every look"
_IDEAL_SETTERS: Final = 30
"""Validation people at most who say how the ideal observer decides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What the command line asked for."""

    people: int
    """Test people for each seed of family A."""
    days: int
    seeds: tuple[int, ...] = (2,)
    families: tuple[str, ...] = ("A",)
    engine: EngineChoice = "auto"
    model: Path | None = None
    others: int | None = None
    """Test people for each seed of family B; as many as of A when None."""
    tuning: int = 60
    """Validation people whose looks set every learner's prices."""
    ablated: int = 0
    """Of the test people of the first family, how many for each seed live with the ablations."""
    trained: int = 0
    """Test people for each seed whose network is trained anew; 0 leaves claim 3 out."""
    ideal: int = 0
    """Test people of family A for each seed whom the ideal observer thinks about; 0 leaves it out."""
    looped: int = 0
    """Test people for each seed who live with the product in closed loop."""
    changed: int = 0
    """Test people for each seed whose tastes change abruptly; claim 10 is about them."""
    lasting: int = 0
    """Test people for each seed who live twice as long; who ends worse off is told from their second half."""
    counted: int = 300
    """Training people the Beta table is counted from."""
    workers: int = 1
    work: Path | None = None
    """Folder for what is done, so that a run that was interrupted goes on; None keeps nothing."""
    out: Path | None = None
    command: str = ""


class Bench:
    """What all stages of a run share."""

    def __init__(self, request: Request, console: Console) -> None:
        self.request = request
        self.console = console
        self.choice = Choice(engine=request.engine, model=request.model)
        self.model_id = engine_of(self.choice).model_id
        self.structure: Structure = self.once("structure", self._learned)

    def _learned(self) -> Structure:
        request = self.request
        people = traces(persona_ids(TRAIN, request.counted, 1, Family.A), 1, request.days, Family.A)
        return structure_of(self.choice, list(people), min(60, request.counted))

    def once[T](self, name: str, make: Callable[[], T]) -> T:
        """Return what is made, from disk where an earlier run made it."""
        path = self._path(f"{name} {self.request.days}")
        if path is not None and path.exists():
            kept: T = pickle.loads(path.read_bytes())  # noqa: S301 - our own
            return kept
        made = make()
        _keep(path, made)
        return made

    def done[T](self, name: str, job: Callable[[Errand], list[T]], found: Iterable[Errand]) -> list[T]:
        """Return what a job makes of people, from disk where an earlier run did it."""
        wanted = list(found)
        paths = [self._path(name, errand) for errand in wanted]
        missing = [
            (errand, path) for errand, path in zip(wanted, paths, strict=True) if path is None or not path.exists()
        ]
        began = time.monotonic()
        results = everybody(self.request.workers, job, [errand for errand, _ in missing])
        made: dict[Errand, list[T]] = {}
        quiet = not self.console.is_terminal
        shown = track(results, description=name, total=len(missing), console=self.console, disable=quiet)
        for (errand, path), result in zip(missing, shown, strict=True):
            made[errand] = result
            _keep(path, result)
        kept = [
            made[errand] if errand in made or path is None else pickle.loads(path.read_bytes())  # noqa: S301 - our own
            for errand, path in zip(wanted, paths, strict=True)
        ]
        people = [person for household in kept for person in household]
        self.console.print(f"{name}: {len(people)} people, {time.monotonic() - began:.0f} s", highlight=False)
        return people

    def _path(self, name: str, errand: Errand | None = None) -> Path | None:
        """Return where a result is kept; what it depends on is in the name."""
        if self.request.work is None:
            return None
        parts = sorted(errand.parts) if errand is not None else []
        text = f"{self.model_id} {name} {errand} {parts} {self.request.counted} {VARIANTS.keys()}"
        return self.request.work / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.pkl"

    def homes(
        self,
        split: str,
        count: int,
        seeds: Iterable[int],
        family: Family,
        parts: frozenset[Part],
        *,
        counts: Callable[[Persona], bool] = anybody,
        days: int | None = None,
    ) -> Iterator[Errand]:
        """Yield households of a split, so many people of every seed."""
        for seed in seeds if count else ():
            yield from errands(split, count, seed, family, days or self.request.days, parts, counts)

    def live(self, name: str, homes: Iterable[Errand]) -> list[Lived]:
        """Return people's lives."""
        return self.done(name, Household(self.choice, self.structure), homes)


def _keep(path: Path | None, made: object) -> None:
    """Write a result so that it is whole or not there."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(pickle.dumps(made))
        part.replace(path)


def prices(lives: Lives) -> dict[tuple[str, str], Costs]:
    """Return the prices every learner decides by, for every goal: those that served it best on these people.

    Each has its own: one set for all would reward whoever shares the bias of the learner it was tuned on.
    """
    return {
        (name, goal): best_costs(lives.truth, beliefs, goal)
        for name, beliefs in lives.beliefs.items()
        for goal in GOALS
        if name != ORACLE
    }


def evaluate(request: Request, console: Console) -> Iterator[list[Record]]:
    """Yield the records of every stage as it ends. Raises ArgumentError and LabError."""
    bench = Bench(request, console)
    console.print(f"model {bench.model_id}", highlight=False)
    tuned = bench.live("prices", bench.homes(VALIDATION, request.tuning, (1,), Family.A, _MAIN))
    validation = together(tuned)
    rules = best_rules(validation.truth)
    costs = prices(validation)
    table = timing(validation.truth, validation.beliefs[STILL_TABLE], _spoken(validation, costs))
    ruled = timing(validation.truth, validation.beliefs[STILL_TABLE], follow(validation.truth, rules))
    strongest = STILL_TABLE if table >= ruled else RULES
    console.print(f"{rules}; strongest that never adapts, on validation people: {strongest}", highlight=False)
    yield [Record(claim=f"people who set the prices, model {bench.model_id}", value=float(len(tuned)), unit="people")]
    everyone: dict[str, list[Lived]] = {}
    for family in (Family(name) for name in request.families):
        count = request.people if family is Family.A or request.others is None else request.others
        people = bench.live(f"family {family}", bench.homes(TEST, count, request.seeds, family, _MAIN))
        everyone[str(family)] = people
        yield _claims(_figures(together(people), costs, str(family), rules), strongest)
    first = Family(request.families[0])
    yield from _pairs(bench, first, costs)
    if request.trained and request.engine in NETWORK:
        chosen = [person for seed in _by_seed(everyone[str(first)], request) for person in seed[: request.trained]]
        validated = tuned[:10]
        # Training networks takes minutes, and nothing of it depends on what a later stage may stumble over.
        name = f"networks of their own {request.trained} {request.seeds} {request.tuning}"
        yield bench.once(
            name, lambda: list(against_tuning(bench.choice, chosen, validated, costs, str(first), console))
        )
    if request.ideal and Family.A in everyone:
        homes = bench.homes(VALIDATION, min(request.tuning, _IDEAL_SETTERS), (1,), Family.A, _MAIN)
        ways = deciders(bench.done(f"prices, {IDEAL}", Observer(), homes))
        console.print(f"{ways}", highlight=False)
        homes = bench.homes(TEST, min(request.ideal, request.people), request.seeds, Family.A, _MAIN)
        thoughts = bench.done(IDEAL, Observer(), homes)
        yield list(bound(thoughts, ways, everyone[Family.A], costs, rules, strongest, str(Family.A)))
    if request.ablated:
        setters = min(request.tuning, len(request.seeds) * request.ablated)
        some = bench.live("prices of ablations", bench.homes(VALIDATION, setters, (1,), Family.A, _WHOLE))
        other = prices(together(some))
        people = bench.live("ablations", bench.homes(TEST, request.ablated, request.seeds, first, _WHOLE))
        yield _ablated(_figures(together(people), other, str(first), rules))
    homes = bench.homes(TEST, request.ablated, request.seeds, first, _MAIN)
    if request.ablated and request.engine in NETWORK:
        yield list(leakage(bench.done("leakage", Leaks(bench.choice), homes), str(first)))
    if request.looped:
        homes = bench.homes(TEST, request.looped, request.seeds, first, _MAIN)
        yield list(in_loop(bench.done("closed loop", Loop(bench.choice), homes), str(first)))
    yield on_device(engine_of(bench.choice), request.model)


def _pairs(bench: Bench, family: Family, costs: dict[tuple[str, str], Costs]) -> Iterator[list[Record]]:
    """Yield what only many people, or long lives, can tell of the assistant beside the population policy."""
    request = bench.request
    if request.changed:
        movers = list(bench.homes(TEST, request.changed, request.seeds, family, _PAIR, counts=changes))
        changed = Figures(together(bench.live("changed", movers)), costs, str(family), {})
        twins = bench.live("unchanged", [replace(home, steady=True) for home in movers])
        yield list(drift(changed, Figures(together(twins), costs, str(family), {})))
    if request.lasting:
        homes = bench.homes(TEST, request.lasting, request.seeds, family, _PAIR, days=2 * request.days)
        found = Figures(together(bench.live("twice as long", homes)), costs, str(family), {})
        later = f"days {request.days + 1}–{2 * request.days}"
        found.cuts[later] = found.lives.truth.session >= request.days
        yield list(verdicts.never_worse(found, later))


def _by_seed(people: list[Lived], request: Request) -> list[list[Lived]]:
    size = -(-len(people) // len(request.seeds))
    return [people[start : start + size] for start in range(0, len(people), size)]


def _spoken(lives: Lives, costs: dict[tuple[str, str], Costs]) -> np.ndarray:
    return speaks(lives.truth, lives.beliefs[STILL_TABLE], costs[STILL_TABLE, "timing"])


def _figures(lives: Lives, costs: dict[tuple[str, str], Costs], family: str, rules: object) -> Figures:
    always = np.ones(len(lives.truth.person), bool)
    return Figures(lives, costs, family, {RULES: follow(lives.truth, rules), _DIRECT: always})  # type: ignore[arg-type]


def _shown(found: Figures) -> list[str]:
    main = [name for name, row in VARIANTS.items() if row.part is Part.MAIN and row.prices_of is None]
    return [name for name in (*main, *found.silent) if name in found.silent or name in found.lives.beliefs]


def _claims(found: Figures, strongest: str) -> list[Record]:
    """Return the figures of a family's people, and the claims they answer."""
    truth = found.lives.truth
    people, family = float(truth.person.max() + 1), found.family
    records = [
        Record(claim="test people", value=people, unit="people", family=family),
        Record(claim="opportunities", value=float(len(truth.person)), unit="looks", family=family),
        Record(
            claim="opportunities in which speaking was needed",
            value=float(truth.need.mean()),
            unit="share",
            family=family,
        ),
        Record(claim="answers of a person", value=float(truth.feedback.max(initial=0)), unit="at most", family=family),
    ]
    records += found.table(_shown(found))
    records += [found.lead("timing F1", OURS, name, ALL) for name in _shown(found) if name != OURS]
    for part in (
        verdicts.few_feedback(found, strongest),
        verdicts.sessions(found),
        verdicts.never_worse(found, "days 15–28"),
        verdicts.autonomy(found),
        verdicts.calibrated(found),
    ):
        records += part
    if found.family == Family.B:
        records += verdicts.transfer(found)
    return records


def _ablated(found: Figures) -> list[Record]:
    names = [name for name, row in VARIANTS.items() if row.part is Part.ABLATION]
    names += ["steering without random effects", "random effects alone"]
    people = Record(
        claim="ablation · test people",
        value=float(found.lives.truth.person.max() + 1),
        unit="people",
        family=found.family,
    )
    records = [people]
    for part in (
        verdicts.ablations(found, names),
        verdicts.likelihoods(found),
        verdicts.robust(found),
        verdicts.steady(found),
        verdicts.separate(found),
    ):
        records += part
    return records


def _screen(figure: str, family: str, by_claim: dict[tuple[str, str], Record]) -> Screen:
    """Return one figure of every learner, by feedback and by day."""
    names = [ALL, *(f"feedbacks {name}" for name, _, _ in FEEDBACKS), *(f"days {name}" for name, _, _ in DAYS), LATE]
    shown = [cut for cut in names if (f"{figure}, {COLD}, {cut}", family) in by_claim]
    screen = Screen("learner", *shown, title=f"{figure}, family {family}")
    for name in (*VARIANTS, RULES, _DIRECT):
        cells = [by_claim.get((f"{figure}, {name}, {cut}", family)) for cut in shown]
        if any(cells):
            screen.add_row(name, *("" if cell is None else f"{cell.value:.3g}" for cell in cells))
    return screen


def show(records: list[Record], console: Console) -> None:
    """Print the figures by feedback count and by day, and the bounds that hold or do not."""
    by_claim = {(record.claim, record.family): record for record in records}
    for family in dict.fromkeys(record.family for record in records if record.family):
        for figure in ("timing F1", "AUC of need", "satisfaction", "log-loss"):
            if (f"{figure}, {COLD}, {ALL}", family) in by_claim:
                console.print(_screen(figure, family, by_claim))
    for record in records:
        if record.passed is not None:
            word = "holds" if record.passed else "FAILS"
            line = f"{word}: {record.claim} (family {record.family}): {record.value:.3g}, asked for {record.threshold}"
            console.print(line, highlight=False)


def run(request: Request) -> list[Record]:
    """Evaluate, show, and write claims.json into the folder asked for, stage by stage. Raises LabError."""
    console = Console()
    records: list[Record] = []
    for stage in evaluate(request, console):
        sound = [replace(record, command=request.command) for record in stage]
        records += sound
        if request.out is not None:
            write_records(request.out / "claims.json", records)
    show(records, console)
    if request.out is not None:
        console.print(f"written to {request.out / 'claims.json'}", highlight=False)
    return records
