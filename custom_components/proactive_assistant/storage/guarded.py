"""A store that a damaged file cannot stop: what does not read is set aside and said aloud."""

import logging
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import STORAGE_DIR, Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, ISSUE_STORAGE, ISSUE_STORAGE_NEWER

_LOGGER = logging.getLogger(__name__)

_QUARANTINE: Final = ".quarantined."


def is_set_aside(hass: HomeAssistant, path: Path) -> bool:
    """Return whether a path is that of a file of ours that was set aside."""
    return (
        path.parent == Path(hass.config.path(STORAGE_DIR)) and path.name.startswith(DOMAIN) and _QUARANTINE in path.name
    )


class GuardedStore[T]:
    """One file of ours: read through a parser, written late, quarantined when damaged."""

    def __init__(self, hass: HomeAssistant, key: str, *, parse: Callable[[Any], T], empty: Callable[[], T]) -> None:
        """Name the file and how its data becomes an object."""
        self._hass = hass
        self._key = key
        self._parse = parse
        self._empty = empty
        # The data functions copy table by table, so a thread may call and serialise them.
        self._store: Store[dict[str, Any]] = Store(
            hass, 1, key, private=True, atomic_writes=True, serialize_in_event_loop=False
        )

    async def async_load(self) -> T:
        """Return what the file holds, or an empty object when there is none or it is damaged."""
        try:
            data = await self._store.async_load()
        except (HomeAssistantError, NotImplementedError, OSError, KeyError, TypeError) as err:
            return await self._async_quarantine(err)
        if data is None:
            return self._empty()
        try:
            return await self._hass.async_add_executor_job(self._parse, data)
        except (ValueError, KeyError, TypeError, AttributeError) as err:
            return await self._async_quarantine(err)

    async def _async_quarantine(self, err: Exception) -> T:
        """Set the file aside, tell the person, and start with nothing."""
        stamp = dt_util.utcnow().strftime("%Y%m%dT%H%M%S")
        target = f"{self._store.path}{_QUARANTINE}{stamp}"
        with suppress(OSError):
            await self._hass.async_add_executor_job(shutil.move, self._store.path, target)
        # The manager may have read the file ahead of us; without this it would answer from that cache.
        await self._store.async_remove()
        newer = isinstance(err, UnsupportedStorageVersionError)
        why = "was written by a newer version" if newer else "is damaged"
        _LOGGER.error("Stored data in %s %s and was set aside: %s", self._key, why, err)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            f"{ISSUE_STORAGE}_{self._key}",
            is_fixable=True,
            is_persistent=False,
            data={"path": target},
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_STORAGE_NEWER if newer else ISSUE_STORAGE,
            translation_placeholders={"file": Path(target).name},
        )
        return self._empty()

    def schedule(self, data: Callable[[], dict[str, Any]], delay: float = 10) -> None:
        """Write what `data` returns after a delay in seconds; `data` is called in a thread."""
        self._store.async_delay_save(data, delay)

    async def async_save(self, data: dict[str, Any]) -> None:
        """Write now."""
        await self._store.async_save(data)

    async def async_remove(self) -> None:
        """Delete the file and everything set aside from it."""
        await self._store.async_remove()
        path = Path(self._store.path)

        def remove_leftovers() -> None:
            for leftover in path.parent.glob(f"{path.name}.*"):
                leftover.unlink(missing_ok=True)

        await self._hass.async_add_executor_job(remove_leftovers)
