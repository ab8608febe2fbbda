"""Records of who is where, and whether they sleep. The bounds were set before the first run, each with its reason."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from tools.results import Record, at_least, at_most

from .activity_records import activity_records, confidence_records, confusion_records
from .pool import ENOUGH, Lived, Pool, base_of
from .presence import AWAY, EDGES, HOME, NOTHING

PRESENCE: Final = "presence: "

PLACE_RIGHT: Final = 0.97
"""Three in a hundred: a phone left on the table in one absence of a hundred, and trackers that report minutes late."""

AWAY_IN_ERROR: Final = 0.01
"""Who is taken for out while at home is told that they forgot the light they sit under: the harmful error."""

HOME_IN_ERROR: Final = 0.03
"""Costs silence only, and a forgotten phone alone makes one in a hundred."""

ASLEEP: Final = 0.9
"""Precision and recall: as of the kinds to ship first. Who sleeps and is taken for awake is woken."""

GOING: Final = 5.0
"""Minutes at the 90th percentile until a going or a coming is sensed: phones report two and a half late, and a look."""

SLEEPING: Final = 60.0
"""Minutes at the 90th percentile until sleep is: stillness of half an hour, and one movement that begins it anew."""

WAKING: Final = 15.0
"""Minutes at the 90th percentile until getting up is: whoever is up moves, and while nothing is open a look may be
this far away."""


def presence_records(pool: Pool, who: str, *, held: bool) -> Iterator[Record]:
    """Yield where people are said to be, and whether they sleep; `held` is whether it is held against bounds."""
    begins = f"{PRESENCE}{who}: "
    rows = pool.rows(lambda tally: tally.places)
    away, home = (0, 1, 2), (3, 4, 5)
    if not (base_of(rows, away) and base_of(rows, home)):
        return
    claim = f"{begins}home or away right ({base_of(rows, away + home)} instants in {len(rows)} homes)"
    right = pool.share(claim, rows, (AWAY, 3 + HOME), away + home)
    yield at_least(right, PLACE_RIGHT) if held else right
    wrong = pool.share(begins + "away said of somebody at home", rows, (3 + AWAY,), home)
    yield at_most(wrong, AWAY_IN_ERROR)
    missed = pool.share(begins + "home said of somebody away", rows, (HOME,), away)
    yield at_most(missed, HOME_IN_ERROR) if held else missed
    yield pool.share(begins + "nothing said", rows, (NOTHING, 3 + NOTHING), away + home)
    rows = pool.rows(lambda tally: tally.vacant)
    empty = pool.share(begins + "the home said to be empty while they are in it", rows, (1,), (0,))
    yield at_most(empty, AWAY_IN_ERROR)
    yield from _sleep(pool, begins, held=held)
    for edge in EDGES:
        yield from _delay(pool, begins, edge, held=held)


def _sleep(pool: Pool, begins: str, *, held: bool) -> Iterator[Record]:
    """Yield precision and recall of sleep at home; rows of (awake, asleep) by (said awake, said asleep, nothing)."""
    rows = pool.rows(lambda tally: tally.asleep)
    if base_of(rows, (3, 4, 5)) >= ENOUGH:
        found = pool.share(begins + "asleep, precision where sensors tell of it", rows, (4,), (1, 4))
        yield at_least(found, ASLEEP) if held else found
        found = pool.share(begins + "asleep, recall where sensors tell of it", rows, (4,), (3, 4, 5))
        yield at_least(found, ASLEEP) if held else found
        yield pool.share(begins + "said awake when asleep, where sensors tell of it", rows, (3,), (3, 4, 5))
    rows = pool.rows(lambda tally: tally.guessed)
    if base_of(rows, (3, 4, 5)) >= ENOUGH:
        yield pool.share(begins + "asleep, precision by the clock alone", rows, (4,), (1, 4))
        yield pool.share(begins + "asleep, recall by the clock alone", rows, (4,), (3, 4, 5))


_LATEST: Final = {"leaving": GOING, "return": GOING, "falling asleep": SLEEPING, "waking": WAKING}


def _delay(pool: Pool, begins: str, edge: str, *, held: bool) -> Iterator[Record]:
    """Yield how late an edge is sensed, and how often never."""
    homes = pool.delays(edge)
    rows = pool.rows(lambda tally: np.array([len(tally.delays[edge]), tally.unseen[edge]], float))
    if not homes or base_of(rows, (0, 1)) < ENOUGH:
        return
    for name, percent in (("median", 50), ("90th percentile", 90)):
        order = np.arange(len(homes))

        def late(chosen: np.ndarray, percent: int = percent) -> float:
            return float(np.percentile(np.concatenate([homes[place] for place in chosen]), percent))

        found = pool.record(
            begins + f"minutes until {edge} is sensed, {name} of {base_of(rows, (0,))}", order, late, "min"
        )
        yield at_most(found, _LATEST[edge]) if held and percent == 90 else found
    yield pool.share(begins + f"{edge} never sensed while it lasted", rows, (1,), (0, 1))


_COMPANIES: Final = (
    ("company said of somebody alone", (1, 2), (0, 1, 2)),
    ("alone said of somebody with others who live there", (3,), (3, 4, 5)),
    ("alone said of somebody with guests", (6,), (6, 7, 8)),
    ("guests said of somebody with guests", (8,), (6, 7, 8)),
    ("guests said of somebody without", (2, 5), (0, 1, 2, 3, 4, 5)),
)
"""Columns of true by said company, each alone, others, guests."""


def _company(pool: Pool, who: str) -> Iterator[Record]:
    """Yield whether it is known who else is in."""
    rows = pool.rows(lambda tally: tally.company)
    for claim, over, of in _COMPANIES:
        if base_of(rows, of) >= ENOUGH:
            yield pool.share(f"{PRESENCE}{who}: {claim}", rows, over, of)


def records_of(people: Sequence[Lived], families: Sequence[str], command: str) -> Iterator[Record]:
    """Yield everything for each family; the empty one is both together."""
    for family in families:
        for phone, who in ((True, "with a phone"), (False, "without a phone")):
            chosen = [one for one in people if one.tally.phone is phone and family in (one.family, "")]
            if not chosen:
                continue
            pool = Pool(chosen, family, command)
            yield from presence_records(pool, who, held=phone)
            yield from _company(pool, who)
            yield from activity_records(pool, who, held=phone)
            yield from confidence_records(pool, f"{who}, alone at home", lambda tally: tally.bins[0])
            yield from confidence_records(pool, f"{who}, with others at home", lambda tally: tally.bins[1])
            yield from confidence_records(pool, f"{who}, out or just in", lambda tally: tally.gone)
            yield from confidence_records(pool, f"{who}, whatever is said",
                                          lambda tally: np.concatenate([*tally.bins, tally.gone]))  # fmt: skip
            if not family:
                yield from confusion_records(pool, who)
