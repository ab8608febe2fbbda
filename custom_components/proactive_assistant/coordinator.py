"""The one loop: changes come in, due threads are decided, decisions go out.

It owns no logic of its own. The event loop does the bookkeeping; the model runs in an executor.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import (
    CALLBACK_TYPE,
    CoreState,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import (
    async_call_later,
    async_track_state_change_event,
)
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from .actions.limits import presence_certain
from .assistant.assistant import Assistant
from .assistant.engine import EngineError
from .assistant.enums import HomeMode, Verdict
from .assistant.results import Decision
from .assistant.settings import Settings
from .const import CONF_PERSON, SUBENTRY_RESIDENT
from .controls import Controls
from .delivery.account import is_news
from .delivery.channels.digest import Digests
from .delivery.desk import Desk
from .delivery.front import FrontDesk
from .delivery.post import Post
from .delivery.preferences import Preferences
from .delivery.promises import Promises
from .delivery.timing import Timing
from .delivery.words import Words
from .forecaster import Forecaster
from .options import PERSONAL, Conduct, settings_from
from .receptivity import Receptivity
from .renamed import async_follow_rename
from .resident import Resident, concerns, load_of, standing_of
from .sensing.bookkeeping import Bookkeeper
from .sensing.exclusions import Exclusions
from .sensing.guests import party
from .sensing.home import Home
from .sensing.phone import phone_state
from .sensing.profile import Profile
from .sensing.roles import HomeMap, async_survey, out_of_view
from .storage.files import Files
from .storage.ledger import INTERRUPTING
from .suggest import OwnBook
from .suggestions import DETECTORS
from .suggestions.own import OwnSuggestions
from .threads import Thread, Threads
from .warm_start import WarmStart

if TYPE_CHECKING:
    from .assistant.facts import Moment

_LOGGER = logging.getLogger(__name__)

type ProactiveConfigEntry = ConfigEntry[Coordinator]

SETTLE: Final = 1.0
"""Seconds to wait after a change, so that what happens together is looked at once."""

RESURVEY: Final = 5.0
"""Seconds to wait after a change of a registry; an import changes hundreds at once."""

SETTLED: Final = 600.0
"""Seconds after a start until devices have reported and an absent situation is really over."""

SLOWEST: Final = timedelta(minutes=5)
"""While anything is open, look at least this often: sensors fall silent without an event."""

IDLE: Final = timedelta(minutes=15)
"""While nothing is open, look this often to keep the rhythm."""

_TOLD_BY_ATTRIBUTES: Final = frozenset({"person", "calendar", "todo"})
"""Domains that say something new without a new state: where somebody is, what is next."""

_REGISTRIES: Final = (
    er.EVENT_ENTITY_REGISTRY_UPDATED,
    dr.EVENT_DEVICE_REGISTRY_UPDATED,
    ar.EVENT_AREA_REGISTRY_UPDATED,
)


class Coordinator:
    """Everything of one config entry that lives while Home Assistant runs."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ProactiveConfigEntry,
        assistant: Assistant,
        files: Files,
        settings: Settings,
        words: Words,
    ) -> None:
        """Put the rooms together; nothing is subscribed to yet."""
        self.hass = hass
        self.entry = entry
        self.assistant = assistant
        self.files = files
        self.settings = settings
        self.conduct = Conduct.of(entry.options)
        self.files.ledger.retention = self.conduct.keep
        self.home = Home(hass, files.habits)
        self.home.exclusions = Exclusions.of(entry.options)
        self.own = OwnSuggestions(self.home)
        self.own_book = OwnBook(self)
        self.threads = Threads(
            (
                *(
                    detector(self.home)
                    for detector in DETECTORS
                    if detector.guards or detector.kind not in self.home.exclusions.kinds
                ),
                self.own,
            ),
            self.mark,
            lambda entity_ids: out_of_view(hass, self.home.exclusions, entity_ids),
            self.conduct.lets,
            self.home.silent,
        )
        self.bookkeeper = Bookkeeper(self.home)
        self.residents: dict[str, Resident] = {}
        self.forecaster = Forecaster(self)
        self.warm_start = WarmStart(self)
        self.preferences = Preferences.of(entry.options)
        self.post = Post(self, words)
        self.digests = Digests(self)
        self.controls = Controls(self)
        self.receptivity = Receptivity(self)
        self.timing = Timing(self)
        self.promises = Promises(self)
        self.desk = Desk(self, words)
        self.front = FrontDesk(self)
        self._listeners: list[Callable[[], None]] = []
        self._look_lock = asyncio.Lock()
        self.started_at: datetime | None = None
        """Since when Home Assistant is up, as far as we have seen."""
        self._soon: CALLBACK_TYPE | None = None
        self._survey_lock = asyncio.Lock()
        self._resurvey_soon: CALLBACK_TYPE | None = None
        self._watched: CALLBACK_TYPE | None = None
        self._settling: CALLBACK_TYPE | None = None
        self.stopped = False

    @property
    def mode(self) -> HomeMode:
        """Return the mode of the home; the home holds it, because detectors heed it. A party is sensed."""
        return HomeMode.PARTY if self.home.mode is HomeMode.NORMAL and party(self.home) else self.home.mode

    @mode.setter
    def mode(self, mode: HomeMode) -> None:
        self.home.mode = mode

    # Set-up -------------------------------------------------------------------------------------

    async def async_start(self) -> None:
        """Survey the home and start watching it."""
        for event_type in _REGISTRIES:
            # Before the survey, which lets others run: what changes meanwhile is surveyed again.
            self.entry.async_on_unload(self.hass.bus.async_listen(event_type, self._async_registry_changed))
        self.warm_start.async_begin(dt_util.utcnow())
        await self._async_resurvey()
        self.bookkeeper.catch_up(dt_util.utcnow())
        self.entry.async_on_unload(self.timing.async_start())
        self.promises.async_start()
        self.digests.async_start()
        bus = self.hass.bus
        unload = self.entry.async_on_unload
        unload(self.desk.async_listen())
        self.receptivity.async_start()
        unload(self._async_stop)
        unload(bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_stop))
        unload(async_at_started(self.hass, self._async_started))
        self.async_look_soon()

    @callback
    def _async_started(self, _hass: HomeAssistant) -> None:
        """Survey again once every integration has had its turn."""
        self.started_at = dt_util.utcnow()
        self.async_survey_soon()
        self.entry.async_create_background_task(self.hass, self.desk.replies.async_recover(), "finish what was begun")
        self.async_look_soon()
        self._settling = async_call_later(self.hass, SETTLED, self._async_settled)
        self.warm_start.async_start()

    @callback
    def _async_settled(self, now: datetime) -> None:
        """Close what was left open by the last run and is no longer true."""
        self._settling = None
        self.entry.async_create_background_task(self.hass, self.desk.async_sweep(now, settled=True), "sweep old offers")

    @callback
    def _async_stop(self, _event: Event | None = None) -> None:
        """Let go of every timer; Home Assistant stops without unloading us."""
        self.stopped = True
        self.timing.async_stop()
        self.warm_start.async_stop()
        for cancel in (self._soon, self._resurvey_soon, self._watched, self._settling):
            if cancel is not None:
                cancel()
        self._soon = self._resurvey_soon = self._watched = self._settling = None

    @callback
    def _async_registry_changed(self, event: Event[Any]) -> None:
        """Follow a renamed entity at once; survey soon, once for a burst of changes."""
        old = event.data.get("old_entity_id")
        new = event.data.get("entity_id")
        if old is not None and new is not None and old != new:
            async_follow_rename(self, old, new)
        if self._resurvey_soon is None and not self.stopped:
            self._resurvey_soon = async_call_later(self.hass, RESURVEY, self._async_resurvey_due)

    @callback
    def _async_resurvey_due(self, _now: datetime) -> None:
        self._resurvey_soon = None
        self.async_survey_soon()

    @callback
    def async_survey_soon(self) -> None:
        """Read the registries anew, in the background."""
        self.entry.async_create_background_task(self.hass, self._async_resurvey(), "survey the home")

    async def async_corrected(self) -> None:
        """Keep what people said of entities, and see the home that way from now on."""
        await self.files.async_corrected()
        await self._async_resurvey()

    async def _async_resurvey(self) -> None:
        """Read the registries and watch what has a role."""
        async with self._survey_lock:
            home_map = await async_survey(
                self.hass, self.home.exclusions, self.files.corrections, self.files.habits.loads()
            )
            if not self.stopped:
                self._async_follow(home_map)
                self.async_look_soon()

    @callback
    def _async_follow(self, home_map: HomeMap) -> None:
        """Watch what has a role in a fresh survey."""
        self.home.map = home_map
        self.home.people = tuple(
            sorted(
                {resident.person for resident in self.residents.values() if resident.person}
                | (set(self.hass.states.async_entity_ids("person")) - self.home.exclusions.persons)
            )
        )
        self.home.profiles = {
            subentry.data[CONF_PERSON]: Profile.from_data(subentry.subentry_id, subentry.data)
            for subentry in self.entry.get_subentries_of_type(SUBENTRY_RESIDENT)
        }
        for resident in self.residents.values():
            resident.find_phones(self.hass)
        if self._watched is not None:
            self._watched()
        self._watched = async_track_state_change_event(
            self.hass,
            sorted({*self.home.map.things, *self.home.people, *self.home.map.meters}),
            self._async_changed,
        )
        self.desk.async_check_reach()

    # Changes ------------------------------------------------------------------------------------

    @callback
    def _async_changed(self, event: Event[EventStateChangedData]) -> None:
        """Note a change of a watched entity and look at the home soon."""
        new = event.data["new_state"]
        if new is None:
            self._async_registry_changed(event)
            return
        if new.entity_id in self.home.map.meters and self.bookkeeper.metered(new):
            # What hangs on a plug has shown itself: it may have to be kept from being touched.
            self.async_survey_soon()
        if new.entity_id not in self.home.map.things and new.entity_id in self.home.map.meters:
            return
        old = event.data["old_state"]
        self.desk.doer.changed(old, new)
        if old is not None and old.state == new.state and new.domain not in _TOLD_BY_ATTRIBUTES:
            return
        if old is None or old.state != new.state:
            ours = not self.desk.doer.ours.isdisjoint((new.context.id, new.context.parent_id))
            self.bookkeeper.changed(old, new, new.last_changed, ours=ours)
        for detector in self.threads.detectors:
            # Equal to the last change, but where only an attribute is new.
            detector.observe(old, new, new.last_updated)
        self.async_look_soon()

    @callback
    def async_look_soon(self) -> None:
        """Look at the home in a moment; more changes until then cost nothing."""
        if self._soon is None and not self.stopped:
            self._soon = async_call_later(self.hass, SETTLE, self._async_look_due)

    @callback
    def _async_look_due(self, _now: datetime) -> None:
        self._soon = None
        # Not from within the timer, or both would be one block of the loop.
        self.entry.async_create_background_task(self.hass, self.async_look(), "look at the home", eager_start=False)

    def mark(self, entity_ids: Iterable[str]) -> str:
        """Return how entities stand, as one text."""
        states = {item: self.hass.states.get(item) for item in sorted(entity_ids)}
        return ";".join(f"{item}={state.state}" for item, state in states.items() if state is not None)

    @callback
    def _async_plan(self, now: datetime) -> None:
        """Wake up when time alone can change something."""
        times = [
            self.threads.next_time(now),
            self.promises.next_time(now),
            self.home.mode_until,
            self.bookkeeper.next_time(now),
            now + (SLOWEST if self.threads.open else IDLE),
        ]
        if not self.stopped:
            self.timing.at("look", min(time for time in times if time is not None), lambda _now: self.async_look_soon())

    # The loop -----------------------------------------------------------------------------------

    async def async_look(self) -> None:
        """Look at the home once: end what is over, decide what is due."""
        async with self._look_lock:
            now = dt_util.utcnow()
            self._observe(now)
            self.promises.looked(now)
            ended = await self.threads.async_update(now)
            # What ran out of time did not end because somebody acted on it, so it is closed first.
            await self.desk.async_sweep(now, settled=False)
            for thread in ended:
                if thread.suggestion.expires > now:
                    await self.desk.async_situation_over(thread, now)
                else:
                    # Ended by the clock: nobody did anything, and nothing is to be learned from it.
                    self.files.ledger.situation_over(thread.suggestion.situation)
                    self.desk.async_expired(thread, now)
            for thread in self.threads.overdue(now):
                self.desk.async_expired(thread, now)
            for resident in self.residents.values():
                await self._async_decide(resident, now)
            self._async_plan(now)
            self.forecaster.async_ask_soon(now)
            self.async_updated()

    def _observe(self, now: datetime) -> None:
        """Take every resident's reading; a change of activity reopens what was being held."""
        self.home.mode_over(now)
        for resident in self.residents.values():
            if resident.person is None:
                continue
            phone = phone_state(self.hass, resident.phones)
            if resident.watch.observe(self.home, now, phone):
                for thread in self.threads.open.values():
                    thread.look_again.pop(resident.id, None)
                self.files.habits_changed()
        if self.bookkeeper.habits_changed:
            self.bookkeeper.habits_changed = False
            self.files.habits_changed()

    def moment(self, resident: Resident, now: datetime) -> Moment:
        """Return a resident's moment now."""
        load = load_of(self.files.ledger, resident, now)
        return resident.watch.moment(self.home, now, self.mode, load)

    def _open_for(self, resident: Resident, now: datetime) -> list[Thread]:
        """Return the due threads that concern a resident and are to be looked at now."""
        return [
            thread
            for thread in self.threads.due(now)
            if concerns(self.home, resident, thread.suggestion)
            and (resident.person not in self.home.exclusions.persons or thread.suggestion.safety)
            and thread.look_again.get(resident.id, now) <= now
            # Whoever switches the assistant off is still told of danger.
            and (self.controls.enabled or thread.suggestion.safety)
        ]

    async def _async_decide(self, resident: Resident, now: datetime) -> None:
        """Decide on everything that is due for one resident."""
        threads = self._open_for(resident, now)
        if not threads:
            return
        moment = self.moment(resident, now)
        for thread, decision in await self._async_judge(resident, threads, moment, now):
            await self._async_apply(resident, thread, moment, decision, now)

    async def async_consider(self, resident: Resident, now: datetime) -> list[tuple[Thread, Decision]]:
        """Return what would be decided for a resident now; nothing is said, done or written down."""
        threads = [thread for thread in self.threads.due(now) if concerns(self.home, resident, thread.suggestion)]
        return await self._async_judge(resident, threads, self.moment(resident, now), now)

    async def _async_judge(
        self, resident: Resident, threads: list[Thread], moment: Moment, now: datetime
    ) -> list[tuple[Thread, Decision]]:
        """Return the decisions on threads, for one resident at one moment."""
        if not threads:
            return []
        standing = standing_of(
            self.files.ledger,
            resident,
            now,
            silenced=self.promises.silenced(resident, threads, now),
            may_act=self.desk.doer.may_act((thread.suggestion for thread in threads), now),
            starting_up=self.hass.state is not CoreState.running,
            presence_clear=presence_certain(self.home, now),
            channels=self.post.channels(resident, now),
        )
        in_front, seen = self.promises.named(resident, threads, now)
        standing = replace(
            standing,
            delivered=standing.delivered | in_front,
            told=seen,
            put_off=self.promises.put_off(resident, threads),
        )
        try:
            decisions = await self.hass.async_add_executor_job(
                self.assistant.decide,
                resident.state,
                moment,
                [thread.suggestion for thread in threads],
                self.settings_of(resident),
                standing,
            )
        except EngineError:
            _LOGGER.exception("The model could not judge")
            return []
        return list(zip(threads, decisions, strict=True))

    async def _async_apply(
        self, resident: Resident, thread: Thread, moment: Moment, decision: Decision, now: datetime
    ) -> None:
        """Carry out one decision."""
        if decision.look_again is not None:
            thread.look_again[resident.id] = dt_util.as_utc(decision.look_again)
        else:
            thread.look_again.pop(resident.id, None)
        self.promises.keep(resident, thread, decision, now)
        before = thread.decisions.get(resident.id)
        thread.decisions[resident.id] = decision
        thread.decided_at[resident.id] = now
        if decision.verdict is Verdict.ACT:
            await self.desk.async_act(resident, thread, moment, decision)
        elif decision.verdict is Verdict.SPEAK and decision.channel in INTERRUPTING:
            await self.desk.async_offer(resident, thread, moment, decision)
        elif decision.verdict is Verdict.SPEAK:
            if before is None or before.verdict is not Verdict.SPEAK:
                await self.desk.async_shown(resident, thread, decision, now)
        elif is_news(thread.suggestion, before, decision):
            await self.desk.async_held_back(resident, thread, decision, now)

    # Entities -----------------------------------------------------------------------------------

    @callback
    def async_add_listener(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a listener after every look and every reply."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def settings_of(self, resident: Resident) -> Settings:
        """Return the settings for a resident: the home's, with what they chose for themselves."""
        subentry = self.entry.subentries.get(resident.id)
        own = {} if subentry is None else {key: subentry.data[key] for key in PERSONAL if key in subentry.data}
        return settings_from({**self.entry.options, **own}) if own else self.settings

    @callback
    def async_change_options(self, changes: Mapping[str, Any]) -> None:
        """Keep changed options and follow them from now on, without starting afresh.

        For what is switched outside of the options form: a level, a cap. What a set-up alone reads does not change.
        """
        self.hass.config_entries.async_update_entry(self.entry, options={**self.entry.options, **changes})
        self.settings = settings_from(self.entry.options)
        self.async_updated()
        self.async_look_soon()

    @callback
    def async_updated(self) -> None:
        """Tell the entities."""
        for listener in list(self._listeners):
            listener()
