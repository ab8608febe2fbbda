"""Everybody who is compared: a table of learners, what each hears, and which question it is there for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, partial
from types import MappingProxyType
from typing import Final

import numpy as np

from assistant.engine import Floats

from . import hearing
from .engines import LookEngine, with_directions, with_drift, with_prior, without_effects
from .hearing import Hearing
from .learners import Learner, Mixture, Oracle, Population, Steered
from .scratch import BetaTable, LinUcb, StillTable, Table, ThompsonLogistic
from .stated import Interviews
from .trace import Trace

OURS: Final = "steering"
COLD: Final = "population only"
ORACLE: Final = "oracle"
STILL_TABLE: Final = "Beta table, never told"
RULES: Final = "tuned rules"
"""Needs no beliefs, so it is no row of the table below."""

SNAPSHOTS: Final = (10, 20, 50)
"""Answers after which learners that are trained in one go are compared (claim 3)."""


def held_at(count: int) -> str:
    """Return the name of steering that hears nothing after so many answers."""
    return f"steering held at {count}"


class Part(StrEnum):
    """What a learner is compared for."""

    MAIN = "main"
    """The claims themselves: everybody lives with these."""
    ABLATION = "ablation"
    """What happens when one thing is changed: some of the people do."""
    PAIR = "pair"
    """The assistant and the population policy alone, so that many can live with them, and long."""


@dataclass(frozen=True, kw_only=True)
class Structure:
    """What was learned of training people beside the shipped model."""

    table: Table
    order: tuple[int, ...]
    """Directions, those that move beliefs most first."""
    components: tuple[tuple[float, Floats, Floats], ...]
    """Weight, mean and covariance of every part of a mixture of Gaussians over people's coefficients."""


class Kit:
    """What a learner of one person may be made of."""

    def __init__(self, engine: LookEngine, structure: Structure, trace: Trace, interviews: Interviews) -> None:
        self.engine = engine
        self.structure = structure
        self.trace = trace
        self.seed = trace.persona
        self._interviews = interviews

    def kept(self, count: int) -> LookEngine:
        """Return the engine with the directions that move beliefs most, so many at most."""
        return with_directions(self.engine, sorted(self.structure.order[:count]))

    def group(self, *names: str) -> LookEngine:
        """Return the engine with the directions of some preference dimensions, and without random effects."""
        groups = self.engine.prior.groups
        return without_effects(with_directions(self.engine, [i for i, name in enumerate(groups) if name in names]))

    def asked(self, questions: int) -> Learner:
        """Return the learner after so many questions on the first evening."""
        return Steered(self.engine, self._interviews.after(self.trace, questions))

    @cached_property
    def spherical(self) -> Floats:
        """Return a covariance that knows no direction from another, as wide as the prior's in all."""
        covariance = self.engine.prior.covariance
        return np.asarray(np.eye(len(covariance)) * np.trace(covariance) / max(len(covariance), 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """One learner."""

    make: Callable[[Kit], Learner]
    hears: Callable[[int], Hearing] = hearing.everything
    part: Part = Part.ABLATION
    prices_of: str | None = None
    """Another learner whose prices it decides by; its own when None."""


def _ours(kit: Kit) -> Learner:
    return Steered(kit.engine)


def _cut(count: int, kit: Kit) -> Learner:
    return Steered(kit.kept(count))


def _drifting(rate: float, kit: Kit) -> Learner:
    return Steered(with_drift(kit.engine, rate))


def _asked(questions: int, kit: Kit) -> Learner:
    return kit.asked(questions)


def _mixture(kit: Kit) -> Learner:
    parts = [Steered(with_prior(kit.engine, mean, wide)) for _, mean, wide in kit.structure.components]
    return Mixture(parts, np.array([weight for weight, _, _ in kit.structure.components]))


def _flat(kit: Kit) -> Learner:
    # Nine times the variance: three standard deviations of the population are one of this prior.
    k = len(kit.spherical)
    return Steered(with_prior(kit.engine, np.zeros(k), 9.0 * kit.spherical))


_MAIN: Final = {
    COLD: Variant(make=lambda kit: Population(kit.engine)),
    OURS: Variant(make=_ours),
    "steering without random effects": Variant(make=lambda kit: Steered(without_effects(kit.engine))),
    "random effects alone": Variant(make=lambda kit: Steered(with_directions(kit.engine, ()))),
    STILL_TABLE: Variant(make=lambda kit: StillTable(kit.structure.table)),
    "Beta table": Variant(make=lambda kit: BetaTable(kit.structure.table)),
    "LinUCB": Variant(make=lambda _: LinUcb()),
    "Thompson logistic": Variant(make=lambda kit: ThompsonLogistic(kit.seed)),
    ORACLE: Variant(make=lambda _: Oracle()),
    **{held_at(count): Variant(make=_ours, hears=hearing.first(count), prices_of=OURS) for count in SNAPSHOTS},
}

_ABLATIONS: Final = {
    **{f"k = {k}": Variant(make=partial(_cut, k)) for k in (2, 4, 8)},
    "prior: none": Variant(make=_flat),
    "prior: mean alone": Variant(
        make=lambda kit: Steered(with_prior(kit.engine, kit.engine.prior.mean, kit.spherical))
    ),
    "prior: mixture of three": Variant(make=_mixture),
    "later as not now": Variant(make=_ours, hears=hearing.snooze_as_reject),
    "later dropped": Variant(make=_ours, hears=hearing.snooze_dropped),
    "no answer as not now": Variant(make=_ours, hears=hearing.ignored_as_reject),
    "by hand unheard": Variant(make=_ours, hears=hearing.without_by_hand),
    "half of the feedback gone": Variant(make=_ours, hears=hearing.half),
    "a fifth of the feedback flipped": Variant(make=_ours, hears=hearing.flipped),
    **{f"drift {rate}": Variant(make=partial(_drifting, rate)) for rate in (1.0, 0.98, 0.95)},
    **{f"after {n} questions": Variant(make=partial(_asked, n)) for n in (1, 2, 3)},
    "domain directions alone": Variant(make=lambda kit: Steered(kit.group("domain"))),
    "scheduling directions alone": Variant(make=lambda kit: Steered(kit.group("scheduling"))),
    "domain, scheduling and context directions": Variant(
        make=lambda kit: Steered(kit.group("domain", "scheduling", "context"))
    ),
}

VARIANTS: Final[Mapping[str, Variant]] = MappingProxyType(
    {**{name: replace(row, part=Part.MAIN) for name, row in _MAIN.items()}, **_ABLATIONS}
)
"""Everybody who holds beliefs, by name; made anew for each person."""


def living(parts: frozenset[Part]) -> dict[str, Variant]:
    """Return those that people live with, by name."""
    pair = (COLD, OURS) if Part.PAIR in parts else ()
    return {name: row for name, row in VARIANTS.items() if row.part in parts or name in pair}
