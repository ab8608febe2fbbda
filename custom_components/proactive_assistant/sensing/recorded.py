"""Read the recorder in slices: some entities and some hours at a time, in its own executor.

The recorder is no dependency: everything of it is imported where it is known to be there.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import DATA_INSTANCE, DATA_RECORDER, get_instance, session_scope
from homeassistant.util import dt as dt_util

from .past import Change

ENTITIES: Final = 50
"""Entities in one query."""

ROWS: Final = 3000
"""Recorded states wanted in memory at once: a slice's length in hours follows from how much was in the last one."""

FIRST: Final = timedelta(hours=1)
SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=1)

_INSTANT: Final = timedelta(microseconds=1)

_WITH_ATTRIBUTES: Final = frozenset({"climate"})
"""Domains of which more than the state is learned, so that every recorded update counts."""

type Marks = frozenset[tuple[str, float]]
"""Entity and time of last update of what was our own doing."""


def has_recorder(hass: HomeAssistant) -> bool:
    """Return whether this home records at all."""
    return DATA_INSTANCE in hass.data and DATA_RECORDER in hass.data


async def async_connected(hass: HomeAssistant) -> bool:
    """Wait until the recorder's database is there; return whether it is."""
    return await hass.data[DATA_RECORDER].db_connected


async def async_standing(hass: HomeAssistant, entity_ids: Iterable[str], at: datetime) -> list[Change]:
    """Return how entities stood at an instant, as far as it is recorded."""
    instance = get_instance(hass)
    found: list[Change] = []
    for some in _parts(entity_ids):
        found += await instance.async_add_executor_job(_standing, hass, some, at)
    return found


async def async_changes(
    hass: HomeAssistant, entity_ids: Iterable[str], begin: datetime, end: datetime, ours: Iterable[str]
) -> AsyncIterator[Sequence[Change]]:
    """Yield what was recorded between two instants, in order of time, a slice at a time.

    `ours` are ids of contexts. Raises what the database raises.
    """
    instance = get_instance(hass)
    parts = _parts(entity_ids)
    marks = await instance.async_add_executor_job(_marks, hass, tuple(ours), begin)
    length = FIRST
    while begin < end:
        until = min(begin + length, end)
        rows: list[Change] = []
        for some in parts:
            rows += await instance.async_add_executor_job(_changes, hass, some, begin, until, marks)
        rows.sort(key=lambda change: change.at)
        yield rows
        begin = until
        if len(rows) > ROWS:
            length = max(SHORTEST, length / 2)
        elif len(rows) < ROWS / 3:
            length = min(LONGEST, length * 2)


def _parts(entity_ids: Iterable[str]) -> list[list[str]]:
    """Return entities in groups for one query each, those with attributes apart."""
    ids = sorted(entity_ids)
    with_attributes = [item for item in ids if _needs_attributes(item)]
    without = [item for item in ids if not _needs_attributes(item)]
    return [list(part) for half in (with_attributes, without) for part in batched(half, ENTITIES, strict=False)]


def _needs_attributes(entity_id: str) -> bool:
    return entity_id.partition(".")[0] in _WITH_ATTRIBUTES


def _read(
    hass: HomeAssistant, some: list[str], begin: datetime, end: datetime, *, standing: bool
) -> Mapping[str, list[Any]]:
    from homeassistant.components.recorder import history  # noqa: PLC0415 - only where there is a recorder

    return history.get_significant_states(
        hass,
        begin,
        end,
        some,
        include_start_time_state=standing,
        significant_changes_only=not _needs_attributes(some[0]),
        no_attributes=not _needs_attributes(some[0]),
        compressed_state_format=True,
    )


def _standing(hass: HomeAssistant, some: list[str], at: datetime) -> list[Change]:
    """Return the states at an instant; runs in the recorder's executor."""
    found = _read(hass, some, at, at + _INSTANT, standing=True)
    return [_change(entity_id, rows[0], frozenset()) for entity_id, rows in found.items() if rows]


def _changes(hass: HomeAssistant, some: list[str], begin: datetime, end: datetime, marks: Marks) -> list[Change]:
    """Return what was recorded of some entities; runs in the recorder's executor."""
    # The query leaves out both ends; what was at the very beginning belongs to this slice.
    found = _read(hass, some, begin - _INSTANT, end, standing=False)
    return [_change(entity_id, row, marks) for entity_id, rows in found.items() for row in rows]


def _change(entity_id: str, row: Mapping[str, Any], marks: Marks) -> Change:
    updated = row["lu"]
    return Change(
        at=dt_util.utc_from_timestamp(updated),
        entity_id=entity_id,
        state=row["s"],
        attributes=row["a"] if _needs_attributes(entity_id) else None,
        ours=(entity_id, updated) in marks,
    )


def _marks(hass: HomeAssistant, contexts: tuple[str, ...], begin: datetime) -> Marks:
    """Return which recorded states came of our own actions; runs in the recorder's executor."""
    if not contexts:
        return frozenset()
    from homeassistant.components.recorder.db_schema import States, StatesMeta  # noqa: PLC0415
    from homeassistant.components.recorder.models import ulid_to_bytes_or_none  # noqa: PLC0415
    from sqlalchemy import select  # noqa: PLC0415

    wanted = [ulid_to_bytes_or_none(context) for context in contexts]
    query = (
        select(StatesMeta.entity_id, States.last_updated_ts)
        .join(StatesMeta, StatesMeta.metadata_id == States.metadata_id)
        .where(States.context_id_bin.in_([item for item in wanted if item is not None]))
        .where(States.last_updated_ts > begin.timestamp())
    )
    with session_scope(hass=hass, read_only=True) as session:
        return frozenset((entity_id, updated) for entity_id, updated in session.execute(query))
