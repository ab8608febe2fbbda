"""One life of Home Assistant: from a start in the folder the last one left, to the end of the day or a kill.

A real core object with real registries, real stores on disk, the integration as it ships but for the table of
judgements, and a phone's own events. Time is frozen and moved by thirds of a minute.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import homeassistant.helpers.storage as ha_storage
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, CoreState, EventOrigin, HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.proactive_assistant.assistant.assistant import Assistant
from custom_components.proactive_assistant.const import CONF_PERSON, DOMAIN, SUBENTRY_RESIDENT

from .core import async_core
from .day import AREAS, ATTRIBUTES, LAMP, MINUTES, PEOPLE, TV, happenings, reaction, time_of
from .world import World, doze

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

EVENT_ACTION: Final = "mobile_app_notification_action"
STEP: Final = timedelta(seconds=20)
RADIO: Final = 0.002
"""Real seconds between a call and its effect: a kill falls in between now and then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doom:
    """When a life is ended by itself; none leaves it to whoever started it."""

    operation: int
    """After so many sends, calls, taps and writes."""
    delay: float
    """Real seconds after that."""


class Life:
    """One run in a folder."""

    def __init__(self, folder: Path, seed: int, doom: Doom | None, freezer: FrozenDateTimeFactory) -> None:
        """Take up a day where its journal ends."""
        self.folder = folder
        self.seed = seed
        self.doom = doom
        self.freezer = freezer
        self.world = World(folder / "journal.jsonl", happenings(seed))
        self.hass: HomeAssistant

    # A kill from within -------------------------------------------------------------------------

    def operation(self) -> None:
        """Count something worth hitting, and strike when it is time."""
        self.world.operation()
        if self.doom is None or self.world.operations != self.doom.operation:
            return

        def strike(delay: float) -> None:
            doze(delay)
            os.kill(os.getpid(), signal.SIGKILL)

        if self.doom.delay:
            threading.Thread(target=strike, args=(self.doom.delay,), daemon=True).start()
        else:
            strike(0)

    def watch_writes(self) -> None:
        """Count every write to disk, before and after."""
        whole = ha_storage.write_utf8_file_atomic

        def counted(*args: Any, **kwargs: Any) -> None:
            self.operation()
            whole(*args, **kwargs)
            self.operation()

        ha_storage.write_utf8_file_atomic = counted

    # The house ----------------------------------------------------------------------------------

    async def async_start(self) -> None:
        """Start a core in the folder, as after a power cut."""
        hass = self.hass = await async_core(self.folder)
        self._furnish(time_of(self.world.minute))
        self._phones()
        await async_setup_component(hass, "homeassistant", {})
        hass.set_state(CoreState.starting)
        await self._async_integration()
        hass.set_state(CoreState.running)
        hass.bus.async_fire("homeassistant_started")
        await hass.async_block_till_done(wait_background_tasks=True)

    def _furnish(self, now: Any) -> None:
        hass = self.hass
        areas = ar.async_get(hass)
        for entity_id, (state, attributes) in self.world.physical(self.world.minute).items():
            domain, name = entity_id.split(".")
            if domain != "person":
                er.async_get(hass).async_get_or_create(
                    domain,
                    "test",
                    name,
                    suggested_object_id=name,
                    original_device_class=attributes.get("device_class"),
                )
                area = areas.async_get_area_by_name(AREAS[entity_id]) or areas.async_create(AREAS[entity_id])
                er.async_get(hass).async_update_entity(entity_id, area_id=area.id)
            self._set(entity_id, state, attributes, Context(parent_id="automation"))
        for domain, action in (("light", "turn_off"), ("light", "turn_on"), ("media_player", "turn_off")):
            hass.services.async_register(domain, action, self._device)
        for action in ("turn_on", "volume_set", "select_source", "media_play", "media_pause"):
            hass.services.async_register("media_player", action, self._device)

    def _set(self, entity_id: str, state: str, attributes: Mapping[str, Any], context: Context | None = None) -> None:
        extra: dict[str, Any] = {"friendly_name": entity_id.split(".")[1].replace("_", " ").capitalize()}
        if entity_id.startswith("person."):
            extra["user_id"] = f"user-{entity_id.removeprefix('person.')}"
        self.hass.states.async_set(entity_id, state, {**attributes, **extra}, context=context)

    async def _device(self, call: ServiceCall) -> None:
        """Be a lamp and a television: hear a call, and a moment later obey it."""
        found = call.data["entity_id"]
        for entity_id in [found] if isinstance(found, str) else found:
            self.world.note("call", action=f"{call.domain}.{call.service}", entity=entity_id)
            self.operation()
            await self.hass.async_add_executor_job(doze, RADIO)
            old = self.hass.states.get(entity_id)
            attributes = dict(ATTRIBUTES[entity_id])
            state = {"turn_off": "off", "media_pause": "paused"}.get(call.service)
            if state is None:
                on = "on" if entity_id == LAMP else "playing"
                state = on if call.service in ("turn_on", "media_play") or old is None else old.state
            attributes |= {key: value for key, value in call.data.items() if key in attributes}
            self.world.note("effect", entity=entity_id, state=state, attributes=attributes)
            self._set(entity_id, state, attributes, call.context)

    # Phones -------------------------------------------------------------------------------------

    def _phones(self) -> None:
        for person in PEOPLE:
            entry = MockConfigEntry(
                domain="mobile_app",
                entry_id=f"phone-{person}",
                data={"device_name": person, "user_id": f"user-{person}", "webhook_id": f"hook-{person}"},
                state=ConfigEntryState.LOADED,
            )
            entry.add_to_hass(self.hass)

            async def receive(call: ServiceCall, person: str = person) -> None:
                self._received(person, call.data)
                self.operation()
                await self.hass.async_add_executor_job(doze, RADIO)

            self.hass.services.async_register("notify", f"mobile_app_{person}", receive)

    def _received(self, person: str, data: Mapping[str, Any]) -> None:
        inner = data.get("data", {})
        tag = inner.get("tag", "")
        if data["message"] == "clear_notification":
            self.world.note("clear", phone=person, tag=tag)
            return
        actions = [item["action"] for item in inner.get("actions", ())]
        self.world.note(
            "message",
            phone=person,
            tag=tag,
            title=data.get("title"),
            silent=inner.get("importance") == "low",
            actions=actions,
        )

    async def _async_taps(self) -> None:
        """Tap what people would tap by now: what still stands on the phone and was not tapped before."""
        shown: dict[tuple[str, str], dict[str, Any]] = {}
        numbers: dict[str, int] = dict.fromkeys(PEOPLE, 0)
        for line in self.world.lines:
            if line["k"] == "message":
                numbers[line["phone"]] += 1
                shown[line["phone"], line["tag"]] = {**line, "number": numbers[line["phone"]], "tries": 0}
            elif line["k"] == "clear":
                shown.pop((line["phone"], line["tag"]), None)
            elif line["k"] == "tap" and (line["phone"], line["tag"]) in shown:
                shown[line["phone"], line["tag"]]["tries"] += 1
                shown[line["phone"], line["tag"]]["tapped"] = line["m"]
        for message in shown.values():
            await self._async_tap(message)

    async def _async_tap(self, message: Mapping[str, Any]) -> None:
        names = {
            name: item
            for item in message["actions"]
            for name in ("DO", "LATER", "NOT_NOW", "UNDO")
            if item.startswith(f"PROACTIVE_ASSISTANT_{name}_")
        }
        wanted = reaction(self.seed, message["phone"], message["number"], tuple(names))
        # Whoever sees no effect taps once more: the message still stands there.
        due = message["m"] + wanted.after if not message["tries"] else message["tapped"] + 4
        if wanted.button is None or due > self.world.minute or message["tries"] > 2:
            return
        action = names[wanted.button]
        self.world.note("tap", phone=message["phone"], tag=message["tag"], button=wanted.button, action=action)
        self.operation()
        self.hass.bus.async_fire(
            EVENT_ACTION,
            {"action": action},
            origin=EventOrigin.remote,
            context=Context(user_id=f"user-{message['phone']}"),
        )

    # The integration ----------------------------------------------------------------------------

    async def _async_integration(self) -> None:
        table = Assistant.load("table")
        Assistant.load = classmethod(lambda _cls, *_args, **_kwargs: table)  # type: ignore[assignment,method-assign]
        act = {"ceiling": "act", "levels": {"leave_home": "act"}} if self.seed % 3 else {}
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Proactive Assistant",
            entry_id="entry",
            options={"push_cap": 12, "home_cap": 12, "gap_minutes": 10, **act},
            subentries_data=[
                {
                    "data": {CONF_PERSON: f"person.{person}"},
                    "subentry_type": SUBENTRY_RESIDENT,
                    "title": person.capitalize(),
                    "unique_id": f"person.{person}",
                    "subentry_id": person,
                }
                for person in PEOPLE
            ],
        )
        entry.add_to_hass(self.hass)
        self.entry = entry
        if not await self.hass.config_entries.async_setup(entry.entry_id):
            raise RuntimeError("the integration did not start")
        self.hass.bus.async_listen(
            f"{DOMAIN}_decision",
            lambda event: self.world.note(
                "line",
                type=event.data["type"],
                person=event.data["person_id"],
                situation=event.data["situation"],
                suggestion=event.data["suggestion_id"],
            ),
        )
        ledger = entry.runtime_data.files.ledger
        for person in PEOPLE:
            # They have lived with it for a month: the first week's caps would leave little to kill.
            ledger.known_since[person] = time_of(0) - timedelta(days=30)

    # The day ------------------------------------------------------------------------------------

    async def async_live(self, until: float = MINUTES) -> None:
        """Live the rest of the day, minute by minute."""
        self.watch_writes()
        self.freezer.move_to(time_of(self.world.minute))
        self.world.note("start")
        await self.async_start()
        while self.world.minute < until:
            self.world.minute += 1
            self.world.note("tick")
            for item in self.world.script:
                if item.minute == int(self.world.minute):
                    # Turned on by an automation: a hand's own change would keep us from touching it.
                    context = Context(parent_id="automation") if item.entity_id in (LAMP, TV) else None
                    self._set(item.entity_id, item.state, ATTRIBUTES.get(item.entity_id, {}), context)
                    self.world.note("happens", entity=item.entity_id, state=item.state)
            await self._async_taps()
            for third in range(3):
                self.freezer.move_to(time_of(self.world.minute) + third * STEP)
                async_fire_time_changed(self.hass, dt_util.utcnow())
                await self.hass.async_block_till_done(wait_background_tasks=True)
        await self.entry.runtime_data.files.async_commit()
        self.world.note("end")


def live(folder: Path, seed: int, doom: Doom | None, freezer: FrozenDateTimeFactory, until: float = MINUTES) -> None:
    """Live in this process."""
    loop = asyncio.new_event_loop()
    # A jump of the clock is no slow callback.
    loop.slow_callback_duration = float("inf")
    asyncio.set_event_loop(loop)
    loop.run_until_complete(Life(folder, seed, doom, freezer).async_live(until))


__all__ = ["TV", "Doom", "live"]
