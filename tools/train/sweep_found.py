"""What the networks of a sweep are worth, as records and as a picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from tools.results import Record

from .network import Shape
from .worth import Loss

mpl.use("Agg")
from matplotlib import pyplot as plt

type Floats = NDArray[np.float64]

_RESAMPLES: Final = 1000
_UNIT: Final = "nats for nine factors"
_STATES: Final = {"cold": "knowing nobody", "known": "knowing two weeks of ratings"}


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One network of the sweep."""

    shape: Shape
    seed: int

    @property
    def name(self) -> str:
        """Return what sets it apart, as a folder's name."""
        return f"w{self.shape.width}-l{self.shape.layers}-k{self.shape.k}-s{self.seed}"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one network is worth; losses by person."""

    parameters: int
    bytes: int
    """Of the two files it would ship as."""
    rate: float
    """Rows a second in training, over all stages."""
    cold: Loss
    known: Loss


def _title(arm: Arm, parameters: int) -> str:
    shape = arm.shape
    return f"{parameters:,} parameters (width {shape.width}, {shape.layers} layers), k {shape.k}"


def records_of(found: dict[Arm, Found]) -> Iterator[Record]:
    """Yield every network's figures, and its losses less those of the first on the same people."""
    usual = next(iter(found))
    draws = _draws(found)
    yield from _noise(found, usual)
    for arm, item in found.items():
        if arm.shape == usual.shape and arm != usual:
            continue
        title = _title(arm, item.parameters)
        for name, text in _STATES.items():
            loss, theirs = getattr(item, name), getattr(found[usual], name)
            drawn = np.array([loss.sum(draw) for draw in draws])
            yield _with_interval(f"{title}: loss {text}", loss.sum(), drawn)
            if arm != usual:
                drawn = drawn - np.array([theirs.sum(draw) for draw in draws])
                yield _with_interval(f"{title} less the usual: loss {text}", loss.sum() - theirs.sum(), drawn)
        yield Record(claim=f"{title}: rows a second in training", value=item.rate, unit="rows/s")
        yield Record(claim=f"{title}: bytes of both files", value=item.bytes, unit="bytes")


def _draws(found: dict[Arm, Found]) -> NDArray[np.int64]:
    """Return bootstrap choices of people, shape (resamples, personas)."""
    count = len(next(iter(found.values())).cold.total)
    return np.random.default_rng(0).integers(0, count, (_RESAMPLES, count))


def _noise(found: dict[Arm, Found], usual: Arm) -> Iterator[Record]:
    """Yield how far networks lie apart that differ in nothing but the seed."""
    alike = [item for arm, item in found.items() if arm.shape == usual.shape]
    for name, text in _STATES.items():
        losses = [getattr(item, name).sum() for item in alike]
        yield Record(
            claim=f"the usual network with {len(losses)} seeds: loss {text}",
            value=float(np.mean(losses)),
            low=min(losses),
            high=max(losses),
            unit=_UNIT,
        )


def _with_interval(claim: str, value: float, drawn: Floats) -> Record:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Record(claim=claim, value=value, low=float(low), high=float(high), unit=_UNIT)


def draw(found: dict[Arm, Found], path: Path) -> None:
    """Draw losses less those of the first network, by size and by k; the band is as wide as its seeds lie apart."""
    usual = next(iter(found))
    sizes = {arm: item.parameters for arm, item in found.items() if arm.shape.k == usual.shape.k}
    coefficients = {arm: arm.shape.k for arm in found if arm.shape.width == usual.shape.width}
    figure, axes = plt.subplots(2, 2, figsize=(9, 6), layout="constrained", sharex="col")
    for line, (state, text) in zip(axes, _STATES.items(), strict=True):
        for axis, places in zip(line, (sizes, coefficients), strict=True):
            _panel(axis, found, places, state)
        line[0].set(ylabel=f"nats, {text}", xscale="log")
    for axis, places, text in zip(axes[1], (sizes, coefficients), ("million parameters", "k"), strict=True):
        ticks = sorted(set(places.values()))
        shown = [f"{tick / 1e6:.2f}" if axis is axes[1][0] else str(tick) for tick in ticks]
        axis.set_xticks(ticks, shown)
        axis.minorticks_off()
        axis.set(xlabel=text)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100, metadata={"Software": None})
    plt.close(figure)


def _panel(axis: Any, found: dict[Arm, Found], places: dict[Arm, int], state: str) -> None:
    usual = next(iter(found))
    theirs: Loss = getattr(found[usual], state)
    draws = _draws(found)
    alike = [getattr(item, state).sum() - theirs.sum() for arm, item in found.items() if arm.shape == usual.shape]
    axis.axhspan(min(alike), max(alike), color="0.9")
    axis.axhline(0, color="0.6", linewidth=0.8)
    shown = sorted(((at, arm) for arm, at in places.items() if arm.seed == usual.seed), key=lambda item: item[0])
    at = [place for place, _ in shown]
    value, ends = [], []
    for _, arm in shown:
        loss: Loss = getattr(found[arm], state)
        value.append(loss.sum() - theirs.sum())
        ends.append(np.percentile([loss.sum(draw) - theirs.sum(draw) for draw in draws], [2.5, 97.5]))
    axis.errorbar(at, value, yerr=np.abs(np.transpose(ends) - value), marker="o", capsize=3, color="tab:red")
