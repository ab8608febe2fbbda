"""The claims of the specification that lives answer, each held against its threshold; a miss is a record like any."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from assistant.likelihood import accepted
from tools.results import Record, at_least, at_most

from .figures import ALL, FEEDBACKS, LATE, Figures, measured
from .scores import RESAMPLES, Floats, satisfaction
from .variants import COLD, OURS, RULES, STILL_TABLE

STILL: Final = ("speak at every look", RULES, STILL_TABLE)
"""Those that never adapt and are not ours."""
SCRATCH: Final = ("Beta table", "LinUCB", "Thompson logistic")
_ASKED: Final = (("feedbacks 10–19", 8.0), ("feedbacks 20–49", 15.0), ("days 15–28", 19.8))
_LOWER_IS_BETTER: Final = frozenset({"log-loss", "regret"})
_LIKELIHOODS: Final = ("later as not now", "later dropped", "no answer as not now")


def interval_above(record: Record, bound: float) -> Record:
    """Return the record held against a bound that its whole interval has to clear."""
    low = record.low if record.low is not None else record.value
    return replace(record, threshold=f"interval above {bound:g}", passed=low > bound)


def _named(number: int, record: Record, text: str = "") -> Record:
    return replace(record, claim=f"{number} · {text or record.claim}")


def few_feedback(found: Figures, strongest: str) -> Iterator[Record]:
    """Yield claim 4: the gain over the strongest that never adapts, over our own population, and over scratch."""
    for cut, bound in _ASKED:
        if cut in found.cuts:
            yield at_least(_named(4, found.lead("timing F1", OURS, strongest, cut)), bound)
            yield _named(4, found.lead("timing F1", OURS, COLD, cut))
            yield _named(4, found.lead("AUC of need", OURS, COLD, cut))
    for name, _, _ in FEEDBACKS[1:]:
        cut = f"feedbacks {name}"
        if cut in found.cuts:
            for scratch in SCRATCH:
                yield at_least(_named(4, found.lead("timing F1", OURS, scratch, cut)), 0.0)
                yield at_least(_named(4, found.lead("AUC of need", OURS, scratch, cut)), 0.0)


def transfer(found: Figures) -> Iterator[Record]:
    """Yield claim 13 on a family no model was trained on."""
    for name, _, _ in FEEDBACKS[2:]:
        cut = f"feedbacks {name}"
        if cut in found.cuts:
            for other in (COLD, *SCRATCH):
                yield at_least(_named(13, found.lead("timing F1", OURS, other, cut)), 0.0)
            yield at_least(_named(13, found.lead("AUC of need", OURS, COLD, cut)), 0.0)
    for other in STILL:
        yield at_least(_named(13, found.lead("timing F1", COLD, other, ALL)), 0.0)


def sessions(found: Figures) -> Iterator[Record]:
    """Yield claim 5: satisfaction by day, its trend, and how high it is by the fourteenth day."""
    truth, days = found.lives.truth, int(found.lives.truth.session.max()) + 1
    beliefs, spoken = found.lives.beliefs[OURS], found.spoken(OURS, "careful")
    people = int(truth.person.max()) + 1
    flat = truth.person * days + truth.session
    pleased = satisfaction(truth, beliefs, spoken)
    sums = np.bincount(flat, pleased, minlength=people * days).reshape(people, days)
    looks = np.bincount(flat, minlength=people * days).reshape(people, days)
    by_day = (found.weights @ sums) / np.maximum(found.weights @ looks, 1e-9)
    x = np.arange(days) - (days - 1) / 2
    slope = by_day @ x / max(float(x @ x), 1e-9) * 7
    record = measured(f"5 · satisfaction, {OURS}, trend by day", slope, "of 4 a week", found.family)
    yield replace(record, threshold="interval not below 0", passed=(record.high or 0.0) >= 0.0)
    if days >= 14:
        week = by_day[:, 7:14].mean(axis=1)
        yield at_least(measured(f"5 · satisfaction, {OURS}, days 8–14", week, "of 4", found.family), 3.3)
    direct = found.drawn("satisfaction", "speak at every look", "days 1–3")
    first = found.drawn("satisfaction", OURS, "days 1–3") - direct
    text = f"5 · satisfaction, {OURS} less speak at every look, days 1–3"
    yield at_least(measured(text, first, "of 4", found.family), 0.0)


def likelihoods(found: Figures) -> Iterator[Record]:
    """Yield claim 8: the factorised likelihood against simpler ways to read an answer."""
    cut = LATE if LATE in found.cuts else ALL
    for name in _LIKELIHOODS:
        for figure in ("timing F1", "AUC of need"):
            yield interval_above(_named(8, found.lead(figure, OURS, name, cut)), 0.0)
        right = [found.tally(item, cut, "timing") for item in (OURS, name)]
        drawn = [100 * (found.weights @ item.content_right) / (found.weights @ item.looks) for item in right]
        text = f"8 · content accuracy, {OURS} less {name}, {cut}"
        yield interval_above(measured(text, drawn[0] - drawn[1], "points", found.family), 0.0)


def kept(found: Figures, figure: str, name: str, cut: str) -> Floats:
    """Return the share of steering's gain over the population that another learner keeps."""
    cold = found.drawn(figure, COLD, cut)
    gain = found.drawn(figure, OURS, cut) - cold
    return np.asarray((found.drawn(figure, name, cut) - cold) / np.where(np.abs(gain) > 1e-9, gain, np.nan))


def robust(found: Figures) -> Iterator[Record]:
    """Yield claim 9: what is left of the gain with half of the feedback, and with a fifth of it wrong."""
    cut = LATE if LATE in found.cuts else ALL
    for name, bound in (("half of the feedback gone", 0.84), ("a fifth of the feedback flipped", 0.6)):
        for figure in ("timing F1", "AUC of need", "log-loss"):
            share = kept(found, figure, name, cut)
            if np.isfinite(share[0]):
                text = f"9 · share of the gain in {figure} kept, {name}, {cut}"
                yield at_least(measured(text, share, "share", found.family), bound)


def gains_drawn(found: Figures, figure: str, name: str, cut: str) -> Floats:
    """Return what each person gains over the population policy: everyone, then draws of people; shape (draws, people).

    Positive is better, whichever way the figure counts.
    """
    gain = found.each(figure, name, cut) - found.each(figure, COLD, cut)
    gain = -gain if figure in _LOWER_IS_BETTER else gain
    drawn = np.random.default_rng(0).integers(0, len(gain), (RESAMPLES, len(gain)))
    return np.asarray(np.vstack([gain, gain[drawn]]))


def never_worse(found: Figures, last: str) -> Iterator[Record]:
    """Yield claim 11 for the last days: who ends below the population policy, and the tenth percentile of gains."""
    cut = last if last in found.cuts else ALL
    for figure in ("timing F1", "satisfaction", "log-loss", "regret"):
        gains = gains_drawn(found, figure, OURS, cut)
        text = f"11 · share of people below the population policy in {figure}, {cut}"
        yield at_most(measured(text, (gains < 0).mean(axis=1), "share", found.family), 0.05)
        tenth = np.percentile(gains, 10, axis=1)
        yield at_least(measured(f"11 · gain of the 10th percentile in {figure}, {cut}", tenth, "", found.family), 0.0)


def calibrated(found: Figures) -> Iterator[Record]:
    """Yield claim 15: P(welcome) against what was welcome, overall and in the first ten answers, and P(accept)."""
    yield at_most(_named(15, found.record("ECE", OURS, ALL)), 0.05)
    truth, beliefs = found.lives.truth, found.lives.beliefs[OURS]
    early = truth.feedback < 10
    for text, chosen, bound in (
        ("in the first ten answers", early, 0.08),
        ("of P(accept) on what was said", truth.spoken, 0.05),
        ("of P(accept) on what was said, in the first ten answers", truth.spoken & early, 0.08),
    ):
        if chosen.sum() < 300:  # below it, most of an ECE would be chance
            continue
        accept = "accept" in text
        p = (accepted(beliefs.welcome, beliefs.noticed) if accept else beliefs.welcome)[chosen]
        came = (truth.accepted if accept else truth.welcome)[chosen]
        drawn = _ece(p, came, truth.person[chosen], found.weights)
        yield at_most(measured(f"15 · ECE {text}, {OURS}", drawn, "", found.family), bound)


def _ece(p: Floats, came: np.ndarray, person: np.ndarray, weights: Floats) -> Floats:
    bins, people = 15, weights.shape[1]
    where = np.searchsorted(np.quantile(p, np.linspace(0, 1, bins + 1)[1:-1]), p, side="right")
    flat = person * bins + where
    said = np.bincount(flat, p, minlength=people * bins).reshape(people, bins)
    true = np.bincount(flat, came.astype(float), minlength=people * bins).reshape(people, bins)
    count = np.bincount(person, minlength=people)
    gaps = np.abs(weights @ said - weights @ true).sum(axis=1)
    return np.asarray(gaps / np.maximum(weights @ count, 1e-9))


def autonomy(found: Figures) -> Iterator[Record]:
    """Yield claim 12: how far the level believed tolerated lies from the true one, and acts above it."""
    truth, level = found.lives.truth, found.lives.beliefs[OURS].level
    people = found.weights.shape[1]

    def summed(values: np.ndarray) -> Floats:
        return np.bincount(truth.person, values.astype(float), minlength=people).astype(np.float64)

    error = (found.weights @ summed(np.abs(level - truth.level))) / (found.weights @ summed(np.ones(len(level))))
    yield at_most(measured(f"12 · level error, {OURS}", error, "levels", found.family), 0.5)
    act = level == 3
    over = (found.weights @ summed(act & (truth.level < 3))) / np.maximum(found.weights @ summed(act), 1e-9)
    text = f"12 · overreach, share of looks believed fit to act on, {OURS}"
    yield at_most(measured(text, over, "share", found.family), 0.02)


def steady(found: Figures) -> Iterator[Record]:
    """Yield what forgetting costs people whose tastes do not change (the rest of claim 10)."""
    still = found.lives.truth.change < 0
    if not still.any() or "drift 1.0" not in found.lives.beliefs:
        return
    own = Figures(found.lives, found.prices, found.family, found.silent)
    own.cuts["people without a change"] = still
    lost = own.lead("timing F1", "drift 1.0", OURS, "people without a change")
    yield at_most(_named(10, lost), 1.5)


def ablations(found: Figures, names: list[str]) -> Iterator[Record]:
    """Yield what steering gains or loses by every one thing changed, late and overall."""
    for cut in (ALL, LATE):
        if cut not in found.cuts:
            continue
        for name in names:
            for figure in ("timing F1", "AUC of need", "log-loss", "satisfaction"):
                record = found.lead(figure, name, OURS, cut)
                yield replace(record, claim=f"ablation · {record.claim}")


def separate(found: Figures) -> Iterator[Record]:
    """Yield the second half of claim 7: what is lost by steering all dimensions at once."""
    people = found.weights.shape[1]
    for alone, column in (("domain directions alone", "content"), ("scheduling directions alone", "moment")):
        real = getattr(found.lives.truth, column)
        losses = []
        for name in (COLD, alone, "domain, scheduling and context directions"):
            p = np.clip(getattr(found.lives.beliefs[name], column), 1e-6, 1 - 1e-6)
            nats = -(real * np.log(p) + (1 - real) * np.log(1 - p))
            losses.append(found.weights @ np.bincount(found.lives.truth.person, nats, minlength=people))
        cold, one, together = losses
        share = (together - one) / np.where(cold - one > 1e-9, cold - one, np.nan)
        if np.isfinite(share[0]):
            text = f"7 · share of the gain in {column} lost by steering all dimensions at once"
            yield at_most(measured(text, share, "share", found.family), 0.05)
