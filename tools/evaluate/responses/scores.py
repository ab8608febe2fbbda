"""Log-loss, AUC and calibration, by answer number, with intervals over people."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from .baselines import Answers, Floats

BUCKETS: Final = (("0", 0, 0), ("1–5", 1, 5), ("6–10", 6, 10), ("11–20", 11, 20), ("21–50", 21, 50), ("51+", 51, None))
"""Name, first and last number of earlier answers."""
RESAMPLES: Final = 400
_CLIP: Final = 1e-6
_PARTS: Final = 10

type Bits = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """How well a method predicted some answers."""

    answers: int
    people: int
    rate: float
    """Share of answers that were yes."""
    log_loss: float
    """Nats an answer."""
    low: float
    high: float
    """95 % interval of the log-loss over resampled people; the value itself for a lone person."""
    auc: float | None
    """None where all answers are the same."""
    ece: float
    """Expected calibration error over ten equally filled bins."""


def losses(p: Floats, truth: NDArray[np.integer]) -> Floats:
    """Return the log-loss of every answer, in nats."""
    clipped = np.clip(p, _CLIP, 1 - _CLIP)
    return np.asarray(-np.log(np.where(truth > 0, clipped, 1 - clipped)))


def in_bucket(answers: Answers, first: int, last: int | None) -> Bits:
    """Return which answers had so many before them."""
    upper = np.inf if last is None else last
    return np.asarray((answers.number >= first) & (answers.number <= upper))


def _interval(loss: Floats, person: NDArray[np.integer]) -> tuple[float, float]:
    _, index = np.unique(person, return_inverse=True)
    total, count = np.bincount(index, loss), np.bincount(index)
    chosen = np.random.default_rng(0).integers(0, len(total), (RESAMPLES, len(total)))
    means = total[chosen].sum(axis=1) / count[chosen].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def calibration_error(p: Floats, truth: NDArray[np.integer]) -> float:
    """Return the expected calibration error over equally filled bins."""
    order = np.argsort(p, kind="stable")
    return float(sum(abs(p[part].sum() - truth[part].sum()) for part in np.array_split(order, _PARTS)) / len(p))


def score(answers: Answers, p: Floats, chosen: Bits) -> Score | None:
    """Return a method's score on chosen answers; None when there are none."""
    if not chosen.any():
        return None
    truth, given, person = answers.truth[chosen], p[chosen], answers.person[chosen]
    loss = losses(given, truth)
    low, high = _interval(loss, person)
    return Score(
        answers=len(truth),
        people=len(np.unique(person)),
        rate=float(truth.mean()),
        log_loss=float(loss.mean()),
        low=low,
        high=high,
        auc=float(roc_auc_score(truth, given)) if len(np.unique(truth)) == 2 else None,
        ece=calibration_error(given, truth),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Reliability:
    """One row of the reliability table: predictions between two tenths."""

    low: float
    high: float
    answers: int
    predicted: float
    """Mean prediction."""
    happened: float
    """Share of yes."""


def reliability(p: Floats, truth: NDArray[np.integer]) -> list[Reliability]:
    """Return how often yes followed predictions of every tenth, empty tenths left out."""
    tenth = np.minimum((p * _PARTS).astype(int), _PARTS - 1)
    return [
        Reliability(
            low=part / _PARTS,
            high=(part + 1) / _PARTS,
            answers=int((tenth == part).sum()),
            predicted=float(p[tenth == part].mean()),
            happened=float(truth[tenth == part].mean()),
        )
        for part in range(_PARTS)
        if (tenth == part).any()
    ]
