"""The claims that only the product in closed loop can answer: frequency, sessions, exploration, acts, never worse."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tools.results import Record, at_least, at_most

from .autonomy import Trust
from .closed import SETTINGS, Days, stacked
from .figures import measured
from .scores import Floats, draws

_COLD = "population, as shipped"
_OURS = "steering, as shipped"
_TWO_WEEKS = 14

_A_DAY = {
    "messages": "messages",
    "false": "messages without need",
    "shown": "matters laid on the dashboard",
    "shown_false": "matters laid on the dashboard without need",
    "missed": "missed needs",
    "missed_by_level": "missed needs of kinds that are off or only watched",
    "missed_by_judgement": "missed needs that no rule held back",
}

type People = list[dict[str, Days]]


def _over(people: People, name: str, part: str, whole: str, weights: Floats, days: slice = slice(None)) -> Floats:
    top = stacked(people, name, part)[:, days].sum(axis=1)
    bottom = stacked(people, name, whole)[:, days].sum(axis=1)
    return np.asarray((weights @ top) / np.maximum(weights @ bottom, 1e-9))


def _a_day(people: People, name: str, part: str, weights: Floats, days: slice = slice(None)) -> Floats:
    return np.asarray((weights @ stacked(people, name, part)[:, days].mean(axis=1)) / weights.sum(axis=1))


def _f1(people: People, name: str, weights: Floats) -> Floats:
    parts = ("hits", "false", "shown_false", "missed")
    hits, false, shown_false, missed = (weights @ stacked(people, name, part).sum(axis=1) for part in parts)
    return np.asarray(200 * hits / np.maximum(2 * hits + false + shown_false + missed, 1e-9))


def _figures(people: People, weights: Floats, family: str) -> Iterator[Record]:
    for name in SETTINGS:
        satisfied = _over(people, name, "satisfaction", "looks", weights)
        yield measured(f"closed loop · satisfaction, {name}", satisfied, "of 4", family)
        for part, text in _A_DAY.items():
            yield measured(f"closed loop · {text} a day, {name}", _a_day(people, name, part, weights), "", family)
        yield measured(f"closed loop · timing F1, {name}", _f1(people, name, weights), "points", family)


def _frequency(people: People, family: str) -> Iterator[Record]:
    """Yield claim 6, for all days and for those after the first week, in which the product holds back by rule."""
    for name in (_OURS, _COLD):
        wish = stacked(people, name, "wish")[:, 0]
        for text, days in (("all days", slice(None)), ("after the first week", slice(7, None))):
            rate = stacked(people, name, "messages")[:, days]
            if not rate.shape[1]:
                continue
            near = np.abs(rate.mean(axis=1) - wish) <= 0.25 * wish
            weights = draws(len(people))
            share = (weights @ near) / weights.sum(axis=1)
            claim = f"6 · share of people with messages a day within 25 % of their wish, {name}, {text}"
            yield at_least(measured(claim, share, "share", family), 0.8)
    above = stacked(people, _OURS, "messages").mean(axis=1) > 1.25 * wish
    weights = draws(len(people))
    claim = f"6 · share of people with more than 125 % of their wish, {_OURS}"
    yield measured(claim, (weights @ above) / weights.sum(axis=1), "share", family)


def _sessions(people: People, weights: Floats, family: str) -> Iterator[Record]:
    for text, days in (("days 1–3", slice(0, 3)), ("days 8–14", slice(7, 14)), ("days 15–28", slice(14, 28))):
        if stacked(people, _OURS, "looks")[:, days].sum() == 0:
            continue
        found = _over(people, _OURS, "satisfaction", "looks", weights, days)
        record = measured(f"5 · satisfaction in closed loop, {_OURS}, {text}", found, "of 4", family)
        yield record if text == "days 1–3" else at_least(record, 3.3)
    pleased, looks = stacked(people, _OURS, "satisfaction"), stacked(people, _OURS, "looks")
    by_day = (weights @ pleased) / np.maximum(weights @ looks, 1e-9)
    x = np.arange(by_day.shape[1]) - (by_day.shape[1] - 1) / 2
    slope = by_day @ x / max(float(x @ x), 1e-9) * 7
    record = measured(f"5 · satisfaction in closed loop, {_OURS}, trend by day", slope, "of 4 a week", family)
    yield replace(record, threshold="interval not below 0", passed=(record.high or 0.0) >= 0.0)


def _careful(people: People, weights: Floats, family: str) -> Iterator[Record]:
    """Yield what exploration costs (claim 11) and whether acts stay within what is tolerated (claim 12)."""
    weeks = slice(0, _TWO_WEEKS)
    for name in (_OURS, "steering, Thompson"):
        extra = _a_day(people, name, "explored_false", weights, weeks)
        if name != _OURS:
            extra = _a_day(people, name, "false", weights, weeks) - _a_day(
                people, "steering, no exploration", "false", weights, weeks
            )
        claim = f"11 · extra messages without need a week from exploration, {name}, days 1–14"
        yield at_most(measured(claim, 7 * extra, "messages", family), 2.0)
    satisfied = [
        stacked(people, name, "satisfaction").sum(axis=1) / np.maximum(stacked(people, name, "looks").sum(axis=1), 1)
        for name in (_OURS, _COLD)
    ]
    gain = satisfied[0] - satisfied[1]
    below = (weights @ (gain < -1e-9)) / weights.sum(axis=1)
    claim = "11 · share of people below the population policy in satisfaction, closed loop"
    yield at_most(measured(claim, below, "share", family), 0.05)
    claim = f"12 · level error at what was said, {_OURS}"
    yield at_most(measured(claim, _over(people, _OURS, "level_error", "told", weights), "levels", family), 0.5)
    yield from _acting(people, weights, family)


def _acting(people: People, weights: Floats, family: str) -> Iterator[Record]:
    """Yield what the home did by itself: nothing where nobody allowed it, and little beyond what was tolerated."""
    for name, setting in SETTINGS.items():
        acts = float(stacked(people, name, "acts").sum())
        if setting.trust is Trust.NONE:
            # What is inferred never lets anything act: a person has to set it.
            yield at_most(
                Record(claim=f"12 · acts nobody allowed, {name}", value=acts, unit="acts", family=family), 0.0
            )
            continue
        yield Record(claim=f"12 · acts, {name}", value=acts, unit="acts", family=family)
        for part, text in (
            ("overreach", "overreach, share of acts above the tolerated level"),
            ("undone", "acts undone"),
        ):
            record = measured(f"12 · {text}, {name}", _over(people, name, part, "acts", weights), "share", family)
            yield at_most(record, 0.02) if part == "overreach" else record


def in_loop(people: People, family: str) -> Iterator[Record]:
    """Yield every record of the product in closed loop."""
    weights = draws(len(people))
    yield from _figures(people, weights, family)
    yield from _frequency(people, family)
    yield from _sessions(people, weights, family)
    yield from _careful(people, weights, family)
