"""`lab evaluate ceiling`: how much timing the facts themselves allow before anything is known of a person.

Boosted trees are fitted to the simulator's own verdict (speaking was truly better than silence) on the training
people: an opponent no product can have, for nobody is told the truth. Where it does not reach a bar either, the bar
asks for facts that no moment carries: what is meant to be as it is, and whom one has to do with. So the trees are
also told those, one after the other, and how much each adds says where the rest of the way lies.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import jax
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from sklearn.ensemble import HistGradientBoostingClassifier

from assistant.model_files import load_model
from tools.results import Record, write_records
from tools.train.network import new_network

from .hidden import HIDDEN, hidden_of
from .measures import Tally, best_cut, f1, interval, resamples, tally
from .people import People, load_people
from .policies import Costs, Judged, best_costs, direct, speaks
from .shipped import judge_cold, network_of

type Floats = NDArray[np.float64]
type Bits = NDArray[np.bool_]

_WEEK: Final = 7 * 1440
_STEPS: Final = 300
"""Rounds of boosting; twice as many gained nothing on validation people."""
FACTS: Final = "the facts the model sees"
OWN: Final = "these and the model's own judgement"
MORE: Final = "these and how often the kind came up in the last week"
ALL: Final = "these and all four that are hidden"
MODEL: Final = "model"
DIRECT: Final = "direct response"
UNTUNED: Final = "untuned network"
_UNTUNED_SEED: Final = 1
"""The one that `lab evaluate cold-start` is held against."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What `lab evaluate ceiling` was asked for."""

    data: Path
    out: Path
    model: Path | None = None
    people: int | None = None
    """The first so many people of each split; all if left out."""
    seed: int = 0
    command: str = ""


def last_week(people: People) -> Floats:
    """Return how often a row's kind was looked at in the 7 days before it, and on how many days, shape (rows, 2)."""
    found = np.zeros((len(people.rows), 2))
    waiting: deque[tuple[int, int, str]] = deque()
    looks: Counter[str] = Counter()
    days: dict[str, Counter[int]] = {}
    current = -1
    for row, (person, minute, kind) in enumerate(zip(people.rows.persona, people.minute, people.kind, strict=True)):
        if person != current:
            current = person
            waiting.clear()
            looks.clear()
            days.clear()
        while waiting and minute - waiting[0][0] > _WEEK:
            _, day, old = waiting.popleft()
            looks[old] -= 1
            days[old][day] -= 1
        seen = days.setdefault(str(kind), Counter())
        found[row] = looks[str(kind)], sum(count > 0 for count in seen.values())
        day = int(minute) // 1440
        waiting.append((int(minute), day, str(kind)))
        looks[str(kind)] += 1
        seen[day] += 1
    return found


def _trees(seen: Floats, need: Bits, seed: int) -> HistGradientBoostingClassifier:
    trees = HistGradientBoostingClassifier(
        max_iter=_STEPS,
        learning_rate=0.08,
        max_leaf_nodes=31,
        l2_regularization=1.0,
        min_samples_leaf=min(50, max(1, len(need) // 20)),
        early_stopping=False,
        random_state=seed,
    )
    return trees.fit(seen, need)


def told(view: str) -> str:
    """Return the name under which trees that see a view stand in the results."""
    return f"trees told the truth, from {view}"


def knowing(hidden: str) -> str:
    """Return the view of the facts and one group of hidden ones."""
    return f"these and {hidden}"


def _opponents(name: str) -> tuple[str, ...]:
    """Return whom a judge is set against: the bars, the model, and for hidden facts the trees without them."""
    if name in (DIRECT, UNTUNED):
        return ()
    if name == MODEL:
        return DIRECT, UNTUNED
    hidden = {told(knowing(item)) for item in HIDDEN} | {told(ALL)}
    return (DIRECT, UNTUNED, told(FACTS)) if name in hidden else (DIRECT, UNTUNED, MODEL)


def _records(tallies: dict[str, Tally]) -> Iterator[Record]:
    """Yield timing F1 of everybody, and what each has more than its opponents."""
    count = len(tallies[MODEL].hits)
    everyone, draws = np.arange(count), resamples(count)
    drawn = {name: np.array([f1(item, draw) for draw in draws]) for name, item in tallies.items()}
    value = {name: f1(item, everyone) for name, item in tallies.items()}
    for name in tallies:
        low, high = interval(drawn[name])
        yield Record(claim=f"timing F1: {name}", value=value[name], low=low, high=high, unit="points", family="A")
        for other in _opponents(name):
            low, high = interval(drawn[name] - drawn[other])
            yield Record(
                claim=f"timing F1: {name} less {other}",
                value=value[name] - value[other],
                low=low,
                high=high,
                unit="points",
                family="A",
            )


def _prices(validation: People, judged: Judged) -> Costs:
    return best_costs(validation, judged, "f1")


def _views(folder: Path, splits: dict[str, People], judged: dict[str, Judged]) -> dict[str, dict[str, Floats]]:
    """Return what trees are shown, by view and split, each of shape (rows, facts)."""
    tokens = {name: people.rows.tokens.astype(np.float64) for name, people in splits.items()}
    hidden = {name: hidden_of(folder, name, people.rows.personas) for name, people in splits.items()}

    def beside(more: dict[str, Floats]) -> dict[str, Floats]:
        return {name: np.c_[tokens[name], more[name]] for name in splits}

    return {
        FACTS: tokens,
        OWN: beside({name: judged[name].probabilities for name in splits}),
        MORE: beside({name: last_week(splits[name]) for name in splits}),
        **{knowing(item): beside({name: hidden[name][item] for name in splits}) for item in HIDDEN},
        ALL: beside({name: np.concatenate(list(hidden[name].values()), axis=1) for name in splits}),
    }


def evaluate(request: Request, console: Console | None = None) -> list[Record]:
    """Fit the trees on training people, cut them on validation people, measure them on test people.

    Raises StorageError when data are missing.
    """
    console = console or Console()
    model = load_model(request.model)
    network = network_of(model)
    splits = {name: load_people(request.data, name, request.people) for name in ("train", "validation", "test")}
    judged = {name: judge_cold(network, people.rows.tokens, model.steering.prior) for name, people in splits.items()}
    test, validation = splits["test"], splits["validation"]
    untuned = new_network(network.shape, jax.random.key(_UNTUNED_SEED))
    guessed = {
        name: judge_cold(untuned, people.rows.tokens, bag=True) for name, people in splits.items() if name != "train"
    }
    tallies = {
        DIRECT: tally(test, direct(test)),
        UNTUNED: tally(test, speaks(test, guessed["test"].welcome, _prices(validation, guessed["validation"]))),
        MODEL: tally(test, speaks(test, judged["test"].welcome, _prices(validation, judged["validation"]))),
    }
    console.print("living the same days again for what is hidden", highlight=False)
    for name, seen in _views(request.data, splits, judged).items():
        trees = _trees(seen["train"], splits["train"].need, request.seed)
        cut = best_cut(trees.predict_proba(seen["validation"])[:, 1], validation.need)
        spoken = trees.predict_proba(seen["test"])[:, 1] >= cut
        tallies[told(name)] = tally(test, spoken)
        score = f1(tallies[told(name)], np.arange(len(test.rows.personas)))
        console.print(f"{name}: {score:.1f}", highlight=False)
    records = [replace(record, command=request.command) for record in _records(tallies)]
    write_records(request.out / "ceiling.json", records)
    return records
