"""Records of what people are said to do: whether it is right, and whether the stated confidence is as high."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from tools.results import Record, at_least, at_most

from .pool import ENOUGH, Counts, Pool, base_of
from .presence import BINS, INDEX, NAMES, Tally

ACTIVITY: Final = "activity: "

CALIBRATED: Final = 0.05
"""As everywhere in this project."""

CELL: Final = 0.03
"""Share of a true activity's instants from which a confusion is listed."""

SIZE: Final = len(NAMES)
NOT_COUNTED: Final = INDEX["unknown"]


def _classes(rows: Counts) -> list[int]:
    """Return the true activities with instants enough, of tables of true by said."""
    total = rows.sum(axis=0).reshape(SIZE, SIZE).sum(axis=1)
    return [place for place in range(SIZE) if total[place] >= ENOUGH and place != NOT_COUNTED]


def balanced(classes: list[int]) -> Callable[[Counts], float]:
    """Return the mean recall over classes of rows of tables of true by said."""

    def mean_recall(rows: Counts) -> float:
        table = rows[:, : SIZE * SIZE].sum(axis=0).reshape(SIZE, SIZE)
        every = table.sum(axis=1)
        return float(np.mean([table[place, place] / every[place] for place in classes if every[place]]))

    return mean_recall


def by_hour(classes: list[int]) -> Callable[[Counts], float]:
    """Return the mean recall of always guessing the hour's commonest; tables of hours follow those of true by said."""

    def mean_recall(rows: Counts) -> float:
        hours = rows[:, SIZE * SIZE :].sum(axis=0).reshape(24, SIZE)
        every = hours.sum(axis=0)
        best = hours.argmax(axis=1)
        hits = [hours[best == place, place].sum() / every[place] for place in classes if every[place]]
        return float(np.mean(hits))

    return mean_recall


def _correct(rows: Counts) -> float:
    table = rows[:, : SIZE * SIZE].sum(axis=0).reshape(SIZE, SIZE)
    return float(np.trace(table) / table.sum())


def activity_records(pool: Pool, who: str, *, held: bool) -> Iterator[Record]:
    """Yield how well activities are said, against two guesses that know everybody's days and no sensor."""
    begins = f"{ACTIVITY}{who}: "
    rows = np.hstack([pool.rows(lambda tally: tally.said), pool.rows(lambda tally: tally.hours)])
    rows = rows[rows.sum(axis=1) > 0]
    classes = _classes(rows[:, : SIZE * SIZE])
    if not classes:
        return
    count = f"{len(classes)} activities that the homes can show, {int(rows[:, : SIZE * SIZE].sum())} instants"
    mine, theirs = balanced(classes), by_hour(classes)
    yield pool.record(begins + f"balanced accuracy over {count}", rows, mine)
    yield pool.record(begins + "balanced accuracy of the hour's commonest activity", rows, theirs)
    gain = pool.record(begins + "balanced accuracy gained on the hour's commonest activity", rows,
                       lambda chosen: mine(chosen) - theirs(chosen), "")  # fmt: skip
    yield at_least(gain, 0.0) if held else gain
    yield Record(claim=begins + "balanced accuracy of always the commonest activity", value=round(1 / len(classes), 4),
                 unit="share", family=pool.family, command=pool.command)  # fmt: skip
    yield pool.record(begins + "instants right", rows, _correct)
    yield pool.record(begins + "instants right by always the commonest activity", rows, _commonest)
    yield pool.record(begins + "instants right by the hour's commonest activity", rows, _commonest_by_hour)
    for place in classes:
        row = tuple(range(place * SIZE, (place + 1) * SIZE))
        yield pool.share(begins + f"{NAMES[place]}: recall", rows, (place * SIZE + place,), row)
        said = tuple(row * SIZE + place for row in range(SIZE))
        if base_of(rows, said) >= ENOUGH:
            yield pool.share(begins + f"{NAMES[place]}: precision", rows, (place * SIZE + place,), said)


def _commonest(rows: Counts) -> float:
    hours = rows[:, SIZE * SIZE :].sum(axis=0).reshape(24, SIZE)
    return float(hours.sum(axis=0).max() / hours.sum())


def _commonest_by_hour(rows: Counts) -> float:
    hours = rows[:, SIZE * SIZE :].sum(axis=0).reshape(24, SIZE)
    return float(hours.max(axis=1).sum() / hours.sum())


def confusion_records(pool: Pool, who: str) -> Iterator[Record]:
    """Yield what is said instead of each activity, and of those that no sensor shows, as shares of its instants."""
    for name, table in (("", "said"), (" (no sensor shows it)", "hidden")):
        rows = pool.rows(lambda tally, table=table: getattr(tally, table))  # type: ignore[misc]
        total = rows.sum(axis=0).reshape(SIZE, SIZE)
        for true in _classes(rows):
            every = total[true].sum()
            for said in np.argsort(-total[true]):
                share = total[true, said] / every
                if share >= CELL:
                    yield Record(
                        claim=f"{ACTIVITY}{who}: of {int(every)} instants of {NAMES[true]}{name}, said {NAMES[said]}",
                        value=round(float(share), 4), unit="share", family=pool.family, command=pool.command,
                    )  # fmt: skip


# Confidence ---------------------------------------------------------------------------------------


def calibration(rows: Counts) -> float:
    """Return the expected calibration error of rows of bins of (instants, confidences, right, …)."""
    bins = rows.sum(axis=0).reshape(-1, BINS, 5).sum(axis=0)
    return float(np.abs(bins[:, 1] - bins[:, 2]).sum() / bins[:, 0].sum())


def _per_instant(column: int) -> Callable[[Counts], float]:
    def mean(rows: Counts) -> float:
        total = rows.sum(axis=0).reshape(-1, 5).sum(axis=0)
        return float(total[column] / total[0])

    return mean


def _flat(rows: Counts) -> float:
    """Return the Brier score of stating one confidence for everything: the share right."""
    right = _per_instant(2)(rows)
    return right * (1 - right)


def confidence_records(pool: Pool, who: str, of: Callable[[Tally], np.ndarray]) -> Iterator[Record]:
    """Yield whether the stated confidence is as high as it is right."""
    begins = f"{ACTIVITY}{who}: "
    rows = pool.rows(of)
    rows = rows[rows.reshape(len(rows), -1, 5)[:, :, 0].sum(axis=1) > 0]  # a resample of none has no figure
    if not rows.size or rows.reshape(len(rows), -1, 5)[:, :, 0].sum() < ENOUGH:
        return
    count = int(rows.reshape(len(rows), -1, 5)[:, :, 0].sum())
    found = pool.record(
        begins + f"calibration error of the stated confidence ({count} instants)", rows, calibration, ""
    )
    yield at_most(found, CALIBRATED)
    brier = _per_instant(3)
    yield pool.record(begins + "Brier score of the stated confidence", rows, brier, "")
    gain = pool.record(begins + "Brier score saved against one confidence for everything", rows,
                       lambda chosen: _flat(chosen) - brier(chosen), "")  # fmt: skip
    yield at_least(gain, 0.0)
    yield pool.record(begins + "log-loss of the stated confidence", rows, _per_instant(4), "nats")
    bins = rows.sum(axis=0).reshape(-1, BINS, 5).sum(axis=0)
    for place in range(BINS):
        instants, stated, right = bins[place, :3]
        if instants >= ENOUGH:
            yield Record(
                claim=f"{begins}right of {int(instants)} said with confidence {stated / instants:.2f}"
                f" ({place / BINS:.1f} to {(place + 1) / BINS:.1f})",
                value=round(float(right / instants), 4), unit="share", family=pool.family, command=pool.command,
            )  # fmt: skip
