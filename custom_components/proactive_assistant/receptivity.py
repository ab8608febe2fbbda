"""Good moments as Home Assistant sees them: judged with the look, in the executor, and only when something changed."""

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Final

from homeassistant.core import CoreState, callback
from homeassistant.util import dt as dt_util

from .assistant.engine import EngineError
from .assistant.facts import Moment
from .assistant.receptive import Receptive
from .resident import Resident

if TYPE_CHECKING:
    from .coordinator import Coordinator

_LOGGER = logging.getLogger(__name__)

_QUARTER: Final = 15
"""Minutes after which a moment is judged afresh although nothing has changed."""

type _Mark = tuple[object, ...]


def _mark(resident: Resident, moment: Moment, at: datetime) -> _Mark:
    """Return what a judgement of a moment depends on; the same mark, the same judgement."""
    return (
        moment.activity,
        moment.room,
        moment.company,
        moment.transition,
        moment.phone,
        moment.mode,
        moment.delivered_today,
        (at.date(), at.hour, at.minute // _QUARTER),
        resident.state.learned,
    )


class Receptivity:
    """Knows of every resident whether a message would be welcome now."""

    def __init__(self, coordinator: Coordinator) -> None:
        """Serve a coordinator; nothing is known yet."""
        self._owner = coordinator
        self._marks: dict[str, _Mark] = {}
        self._found: dict[str, Receptive] = {}

    @callback
    def async_start(self) -> None:
        """Judge after every look."""
        self._owner.entry.async_on_unload(self._owner.async_add_listener(self._async_looked))

    @callback
    def of(self, resident_id: str) -> Receptive | None:
        """Return what is known of a resident's moment; None until it was judged."""
        return self._found.get(resident_id)

    @callback
    def _async_looked(self) -> None:
        """Judge anew where something changed; a tick without news costs no model call."""
        owner, now = self._owner, dt_util.utcnow()
        if owner.hass.state is not CoreState.running:
            return
        for resident in owner.residents.values():
            # Before the first reading there is nothing to judge.
            if resident.person is None or resident.watch.last is None:
                continue
            moment = owner.moment(resident, now)
            mark = _mark(resident, moment, moment.at)
            if self._marks.get(resident.id) != mark:
                self._marks[resident.id] = mark
                owner.entry.async_create_background_task(
                    owner.hass, self._async_judge(resident, moment), "judge the moment"
                )

    async def _async_judge(self, resident: Resident, moment: Moment) -> None:
        owner = self._owner
        try:
            found = await owner.hass.async_add_executor_job(
                owner.assistant.receptive, resident.state, moment, owner.settings_of(resident), resident.person
            )
        except EngineError:
            _LOGGER.debug("The model could not judge the moment", exc_info=True)
            self._found.pop(resident.id, None)
        else:
            self._found[resident.id] = found
        owner.async_updated()
