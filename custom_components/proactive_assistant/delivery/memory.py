"""What was learned, in the hands of the people it was learned of: exceptions, forgetting, export, import, reset."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.helpers import area_registry as ar
from homeassistant.util import dt as dt_util

from ..assistant.engine import EngineError
from ..assistant.history import export_text, import_text
from ..assistant.state import ResidentState, StateError
from ..resident import Resident
from ..storage.ledger import Entry, Lesson
from ..storage.orders import Rating, Window
from .asking import Asking, Caller, Forget
from .errors import BadImportError, BadTimeError, NotDoneError, NothingToExplainError
from .until import LONGEST

MOST_RATINGS: Final = 500


class Memory(Asking):
    """Lets people see to what is remembered of them."""

    async def async_mark_exception(self, who: Caller, begin: datetime, end: datetime) -> None:
        """Learn nothing from what happens between two instants, and take back what was learned there."""
        if begin.tzinfo is None or end.tzinfo is None or not timedelta() < end - begin <= LONGEST:
            raise BadTimeError
        window = Window(begin=dt_util.as_utc(begin), end=dt_util.as_utc(end))
        self._ledger.orders.exceptions += (window,)
        for resident in self._owner.residents.values():
            if any(item.resident == resident.id and window.holds(item.outcome.at) for item in self._ledger.lessons):
                await self._async_unlearn(
                    resident, lambda lesson: not window.holds(lesson.outcome.at), lambda _entry: True
                )
        await self._owner.files.async_commit()

    async def async_forget(
        self, who: Caller, what: Forget, value: str | None = None, person: str | None = None
    ) -> dict[str, int]:
        """Forget what was learned and noted; return `{lines, lessons}` that went."""
        test = self._forgotten(what, value)
        # What concerns the whole home is an administrator's to forget for everybody.
        residents = (
            [self._resident(who, value if what is Forget.PERSON else person)]
            if (who.resident is not None or person is not None or what is Forget.PERSON)
            else list(self._owner.residents.values())
        )
        lines = lessons = 0
        for resident in residents:
            gone = await self._async_unlearn(
                resident,
                lambda lesson: not test(lesson.suggestion.kind, lesson.suggestion.entity_ids, lesson.outcome.at),
                lambda entry: not test(entry.kind, entry.entities, entry.at),
            )
            lines, lessons = lines + gone[0], lessons + gone[1]
        if what is Forget.ENTITY and value is not None:
            habits = self._owner.files.habits
            tables: tuple[dict[str, Any], ...] = (
                habits.dwell, habits.stay_on, habits.nights, habits.armed, habits.armed_nights,
            )  # fmt: skip
            for table in tables:
                table.pop(value, None)
        await self._owner.files.async_commit()
        self._owner.files.habits_changed()
        self._owner.async_updated()
        return {"lines": lines, "lessons": lessons}

    def _forgotten(self, what: Forget, value: str | None) -> Callable[[str, tuple[str, ...], datetime], bool]:
        """Return the test for what is to be forgotten, by kind, entities and time. Raises a DeskError."""
        if what in (Forget.ALL, Forget.PERSON):
            return lambda _kind, _entities, _at: True
        if not value:
            raise NothingToExplainError
        if what is Forget.KIND:
            self._known(value)
            return lambda kind, _entities, _at: kind == value
        if what is Forget.ENTITY:
            return lambda _kind, entities, _at: value in entities
        if what is Forget.AREA:
            registry = ar.async_get(self._owner.hass)
            area = registry.async_get_area(value) or registry.async_get_area_by_name(value)
            if area is None:
                raise NothingToExplainError
            things = self._owner.home.map.things
            inside = {item for item, thing in things.items() if thing.area == area.name}
            return lambda _kind, entities, _at: bool(inside & set(entities))
        day = dt_util.parse_date(value)
        if day is None:
            raise BadTimeError
        return lambda _kind, _entities, at: dt_util.as_local(at).date() == day

    async def _async_unlearn(
        self, resident: Resident, lesson: Callable[[Lesson], bool], entry: Callable[[Entry], bool]
    ) -> tuple[int, int]:
        """Keep of a resident only the lessons and lines for which a test holds, and learn the state anew."""
        gone = self._ledger.keep(
            lambda item: item.resident != resident.id or entry(item),
            lambda item: item.resident != resident.id or lesson(item),
        )
        kept = [item for item in self._ledger.lessons if item.resident == resident.id]
        if gone[1] or not kept:
            try:
                state = await self._owner.hass.async_add_executor_job(
                    self._owner.assistant.rebuild, kept, resident.person
                )
            except (EngineError, ValueError) as err:
                raise NotDoneError from err
            self._take_over(resident, state)
        return gone

    def _take_over(self, resident: Resident, state: ResidentState) -> None:
        files = self._owner.files
        resident.state = files.states[resident.id] = state
        files.learned.learned[resident.id] = self._ledger.learned_count.get(resident.id, 0)
        files.states_changed()
        self._owner.async_updated()

    async def async_export(self, who: Caller, person: str | None = None) -> str:
        """Return what was learned of a resident as JSON text."""
        return export_text(self._private(who, person).state)

    async def async_import(self, who: Caller, text: str, person: str | None = None) -> None:
        """Take over what was learned elsewhere."""
        resident = self._private(who, person)
        try:
            state = await self._owner.hass.async_add_executor_job(import_text, text, self._owner.assistant.engine)
        except (StateError, ValueError) as err:
            raise BadImportError(error=str(err)) from err
        self._take_over(resident, state)
        await self._owner.files.async_commit()

    async def async_reset(self, who: Caller, person: str | None = None) -> None:
        """Return a resident to the population's answer, and its record to none."""
        resident = self._private(who, person)
        self._ledger.keep(lambda item: item.resident != resident.id, lambda item: item.resident != resident.id)
        self._ledger.silences.pop(resident.id, None)
        self._take_over(resident, self._owner.assistant.new_resident())
        await self._owner.files.async_commit()
        self._owner.async_updated()
        self._owner.async_look_soon()

    async def async_rate(self, who: Caller, question: str, score: int, person: str | None = None) -> None:
        """Keep an answer to one of the questions about the whole, 1 to 7."""
        resident = self._resident(who, person)
        rating = Rating(at=dt_util.utcnow(), resident=resident.id, question=question[:64], score=min(7, max(1, score)))
        self._ledger.orders.ratings = (*self._ledger.orders.ratings, rating)[-MOST_RATINGS:]
        await self._owner.files.async_commit()
