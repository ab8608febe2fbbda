"""What people switch: everything on or off, guests, vacation, voice. It survives a restart."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .assistant.enums import HomeMode
from .const import STORE_CONTROLS
from .storage.codec import CodecError, from_plain, to_plain
from .storage.guarded import GuardedStore

if TYPE_CHECKING:
    from .coordinator import Coordinator

SOON: Final[float] = 1
"""Seconds until a switched switch is on disk."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Switches:
    """Where the switches stand; the mode itself is the home's, and this is what is kept of it."""

    enabled: bool = True
    """Off: nothing is said and nothing done, but danger is still told."""
    voice: bool = True
    """Speaks only on the satellites chosen in the options, so it is silent until one is."""
    mode: HomeMode = HomeMode.NORMAL
    mode_until: datetime | None = None
    """When the mode ends by itself; None lasts until somebody ends it."""


class Controls:
    """Holds the switches, keeps them, and lets the home know."""

    def __init__(self, coordinator: Coordinator) -> None:
        """Serve a coordinator; nothing is read yet."""
        self._owner = coordinator
        self._store = store_of(coordinator.hass)
        self._kept = Switches()
        self.enabled = True
        self.voice = True

    async def async_load(self) -> None:
        """Read where the switches stood, and follow the home's mode, which also ends by itself."""
        kept = await self._store.async_load()
        self.enabled, self.voice = kept.enabled, kept.voice
        self._owner.home.mode, self._owner.home.mode_until = kept.mode, kept.mode_until
        self._kept = kept
        self._owner.home.mode_over(dt_util.utcnow())
        self._owner.entry.async_on_unload(self._owner.async_add_listener(self._keep))

    async def async_save(self) -> None:
        """Write them now."""
        await self._store.async_save(to_plain(self._now()))

    def _now(self) -> Switches:
        home = self._owner.home
        return Switches(enabled=self.enabled, voice=self.voice, mode=home.mode, mode_until=home.mode_until)

    @callback
    def async_set_enabled(self, *, on: bool) -> None:
        """Switch everything but danger on or off."""
        self.enabled = on
        self._changed()

    @callback
    def async_set_voice(self, *, on: bool) -> None:
        """Switch speech on or off."""
        self.voice = on
        self._changed()

    @callback
    def async_set_mode(self, mode: HomeMode, until: datetime | None = None) -> None:
        """Put the home into a mode, until a time or until somebody ends it."""
        self._owner.home.enter(mode, dt_util.utcnow())
        # Who switches by hand also switches back: without a time given, there is no end.
        self._owner.home.mode_until = None if until is None else dt_util.as_utc(until)
        self._changed()

    def _changed(self) -> None:
        self._owner.async_updated()
        self._owner.async_look_soon()

    @callback
    def _keep(self) -> None:
        """Write what changed, whoever changed it."""
        now = self._now()
        if now != self._kept:
            self._kept = now
            self._store.schedule(partial(to_plain, now), SOON)


def _parse(data: Any) -> Switches:
    """Return the switches of stored data. Raises CodecError when damaged."""
    switches = from_plain(Switches, data)
    if switches.mode_until is not None and switches.mode_until.tzinfo is None:
        raise CodecError("a time without a zone")
    # A party is sensed, never kept.
    return replace(switches, mode=HomeMode.NORMAL) if switches.mode is HomeMode.PARTY else switches


def store_of(hass: HomeAssistant) -> GuardedStore[Switches]:
    """Return the file of the switches."""
    empty: Callable[[], Switches] = Switches
    return GuardedStore(hass, STORE_CONTROLS, parse=_parse, empty=empty)
