"""Live a scene: move the home, let phones ring, and answer as the people would.

The driver knows nothing of Home Assistant but a port: an instance behind REST and websocket, or a core in this
process. It sees what a household sees: pushes, service calls that reach its devices, and the decision events.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from tools.demo.phone import Push
from tools.sensing.stage import HOME
from tools.sensing.tracks import Value

from .journal import Journal
from .scene import REST, Answer, Mind, Offered, Person, Scene, Script

_PREFIX: Final = "PROACTIVE_ASSISTANT_"
_BUTTONS: Final[Mapping[str, tuple[str, ...]]] = {
    "accepted": ("DO",),
    "later": ("LATER", "AT"),
    "not_now": ("NOT_NOW",),
    "wrong": ("ON_PURPOSE", "NOT_NOW"),
    "never": ("NEVER", "NOT_NOW"),
    "undone": ("UNDO", "NOT_NOW"),
}
"""By reply, the buttons that say it, best first; a phone without the first says the nearest thing it can."""

_SILENT: Final = frozenset({"unseen", "expired", "resolved", "done_by_hand"})
_WALK: Final = 2.0
"""Minutes until hands have done what their owner has said yes to."""

_STATES: Final[Mapping[str, str]] = {
    "light.turn_off": "off", "light.turn_on": "on", "switch.turn_off": "off", "switch.turn_on": "on",
    "fan.turn_off": "off", "fan.turn_on": "on", "media_player.turn_off": "off", "media_player.turn_on": "on",
    "media_player.media_pause": "paused", "media_player.media_stop": "idle", "media_player.media_play": "playing",
    "lock.lock": "locked", "cover.close_cover": "closed", "cover.open_cover": "open",
    "alarm_control_panel.alarm_arm_away": "armed_away", "alarm_control_panel.alarm_arm_night": "armed_night",
    "alarm_control_panel.alarm_disarm": "disarmed", "vacuum.start": "cleaning", "vacuum.return_to_base": "docked",
    "climate.turn_off": "off",
}  # fmt: skip
"""What a service call makes of a device."""

_BY_DATA: Final[Mapping[str, str]] = {
    "climate.set_hvac_mode": "hvac_mode",
    "water_heater.set_operation_mode": "operation_mode",
}
"""Calls whose data say the new state."""

_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "climate.set_preset_mode": ("preset_mode",),
    "climate.set_temperature": ("temperature",),
    "media_player.volume_set": ("volume_level",),
    "water_heater.set_away_mode": ("away_mode",),
}
"""Calls that change attributes."""

DOMAINS: Final = tuple(sorted({name.split(".")[0] for name in (*_STATES, *_BY_DATA, *_ATTRIBUTES)}))
SERVICES: Final = tuple(sorted({*_STATES, *_BY_DATA, *_ATTRIBUTES}))


class Port(Protocol):
    """A Home Assistant that can be lived in."""

    keys: dict[str, str]
    """Keys of the scene by entity id."""

    @property
    def now(self) -> float:
        """Return minutes since the scene's start, by the instance's clock."""

    async def wait(self, until: float, wake: asyncio.Event) -> None:
        """Let time pass until a minute, or until somebody wakes us."""

    async def write(self, key: str, state: str, attributes: Mapping[str, Any]) -> None:
        """Set an entity of the home."""

    async def tell(self, person: Person, state: str) -> None:
        """Let a phone tell a PhoneState of its owner."""

    async def press(self, person: Person, push: Push, action: str) -> None:
        """Press a button of a notification."""

    async def about(self, person: Person, situation: str) -> dict[str, Any]:
        """Return what is known of an offered situation: `entities`, and `level`, `length`, `tone`, `with_reason`."""


def buttons_of(push: Push) -> dict[str, str]:
    """Return action ids of a push of ours by the name of their button; empty for anybody else's."""
    found: dict[str, str] = {}
    for action, _words in push.buttons:
        if action.startswith(_PREFIX):
            name = next((b for b in _NAMES if action.removeprefix(_PREFIX).startswith(f"{b}_")), None)
            if name is not None:
                found[name] = action
    return found


_NAMES: Final = ("DO", "LATER", "NOT_NOW", "AT", "WHY", "ON_PURPOSE", "NEVER", "UNDO", "LET_IT", "KEEP_ASKING",
                 "STOP_OFFERING")  # fmt: skip


def effect(service: str, data: Mapping[str, Any], state: str, attributes: Mapping[str, Any]) -> Value | None:
    """Return what a service call makes of a device; None where it changes nothing we know of."""
    if service in _STATES:
        return _STATES[service], dict(attributes)
    if service in _BY_DATA and _BY_DATA[service] in data:
        return str(data[_BY_DATA[service]]), dict(attributes)
    changed = {name: data[name] for name in _ATTRIBUTES.get(service, ()) if name in data}
    return (state, {**attributes, **changed}) if changed else None


_OVER: Final = frozenset({"done_by_hand", "resolved", "executed"})


class Life:
    """One replay."""

    def __init__(self, scene: Scene, port: Port, journal: Journal) -> None:
        self.scene = scene
        self.port = port
        self.journal = journal
        self.script = Script(scene)
        self._people = {person.member: person for person in scene.people}
        self._showing: dict[tuple[int, str], Push] = {}
        self._pending: set[tuple[int, str]] = set()
        """Messages whose answer is on its way."""
        self._over: set[tuple[int, str]] = set()
        """Members and situations that ended because somebody saw to them, or by themselves."""
        self._current: dict[str, tuple[str, dict[str, Any]]] = {}
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._calls: list[tuple[float, str]] = []
        self._phones = sorted(
            (minute, person.member, state)
            for person in scene.people
            if person.member in scene.minds
            for minute, state in scene.minds[person.member].phone()
        )
        self.failure: BaseException | None = None

    # The days -----------------------------------------------------------------------------------

    async def live(self, begin: float = 0.0, on_day: Callable[[int], None] = lambda _day: None) -> None:
        """Live from a minute to the end. What was before is only set, as it stands then."""
        for matter in self.scene.matters:
            if matter.required and begin < matter.over and matter.created < self.scene.minutes:
                self.journal.note(begin, "matter", kind=matter.kind, created=matter.created, over=matter.over)
        await self._begin(begin)
        day = int(begin // 1440)
        try:
            while self.failure is None and self.port.now < self.scene.minutes:
                await self.port.wait(min(self._next(), self.scene.minutes), self._wake)
                self._wake.clear()
                await self._move()
                if self.port.now // 1440 > day:
                    day = int(self.port.now // 1440)
                    on_day(day)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.failure is not None:
            raise self.failure

    async def _begin(self, begin: float) -> None:
        for change in self.script.take(begin):
            self._current[change.key] = (change.state, dict(change.attributes))
        for key, (state, attributes) in list(self._current.items()):
            await self.port.write(key, state, attributes)
        last: dict[int, str] = {}
        while self._phones and self._phones[0][0] <= begin:
            _, member, state = self._phones.pop(0)
            last[member] = state
        for member, state in last.items():
            await self.port.tell(self._people[member], state)
        self._phones.reverse()  # the next one last, where it is cheap to take

    def _next(self) -> float:
        times = [self.script.next_minute(), self._phones[-1][0] if self._phones else None]
        return min((time for time in times if time is not None), default=self.scene.minutes)

    async def _move(self) -> None:
        now = self.port.now + 1e-6
        for change in self.script.take(now):
            self._current[change.key] = (change.state, dict(change.attributes))
            await self.port.write(change.key, change.state, change.attributes)
        while self._phones and self._phones[-1][0] <= now:
            _, member, state = self._phones.pop()
            await self.port.tell(self._people[member], state)

    def _start(self, deed: Any) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(deed)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """End the replay with an error."""
        self.failure = self.failure or error
        self._wake.set()

    # What Home Assistant does -------------------------------------------------------------------

    def called(self, service: str, entity_ids: list[str], data: Mapping[str, Any]) -> None:
        """Let devices obey a service call."""
        now = self.port.now
        for entity_id in entity_ids:
            key = self.port.keys.get(entity_id)
            if key is None:
                continue
            state, attributes = self._current.get(key, ("unknown", {}))
            value = effect(service, data, state, attributes)
            if value is not None:
                self.journal.note(now, "act", service=service, key=key)
                self._hold(key, now, value)

    def _hold(self, key: str, now: float, value: Value) -> None:
        """Let something stand as it was set until its matter is over, or the script moves on."""
        ends = [
            matter.over
            for matter in self.scene.matters
            if matter.began <= now < matter.over and (key in matter.subjects or HOME in matter.subjects)
        ]
        following = [
            change.minute
            for change in self.scene.tracks[key].changes(self.scene.minutes)
            if change.minute > now + 1
        ] if key in self.scene.tracks else []  # fmt: skip
        until = max(ends) if ends else min(following, default=self.scene.minutes)
        self.script.hold(key, now, max(until, now + 1), value)
        self._wake.set()

    def decided(self, data: Mapping[str, Any], person: Person | None) -> None:
        """Note a decision event."""
        what = {"offered": "offer", "held_back": "held"}.get(str(data["type"]), "end")
        if person is not None and data["type"] in _OVER:
            self._over.add((person.member, str(data["situation"])))
        self.journal.note(
            self.port.now,
            what,
            type=data["type"],
            member=person.member if person else None,
            kind=data["kind"],
            situation=data["situation"],
            reason=data.get("reason"),
            channel=data.get("channel"),
            numbers=dict(data.get("numbers") or {}),
            true_moment=self._welcome(person) if what != "end" else None,
            learned=bool(data.get("learned")) or None,
        )

    def _welcome(self, person: Person | None) -> float | None:
        mind = self.scene.minds.get(person.member) if person else None
        return None if mind is None else mind.welcome(self.port.now)

    def pushed(self, person: Person, push: Push) -> None:
        """Let a phone show a push, or take one away."""
        now = self.port.now
        if push.clears:
            self._showing.pop((person.member, push.tag), None)
            self.journal.note(now, "cleared", member=person.member, tag=push.tag)
            return
        buttons = buttons_of(push)
        known = (person.member, push.tag)
        before = self._showing.get(known)
        self._showing[known] = push
        kind = str(push.data.get("group", "")).removeprefix(_PREFIX.lower())
        situation = push.tag.removeprefix(_PREFIX.lower())
        asks = "NOT_NOW" in buttons
        self.journal.note(
            now,
            "push",
            member=person.member,
            kind=kind,
            situation=situation,
            asks=asks,
            again=before is not None or None,
        )
        mind = self.scene.minds.get(person.member)
        if known in self._pending:
            return  # the same matter in new words: who has read it answers once, on what lies there then
        self._over.discard((person.member, situation))
        if mind is not None and (asks or ("UNDO" in buttons and known not in self._accepted)):
            self._start(self._react(person, mind, push, kind, situation, acted=not asks))

    # What people do -----------------------------------------------------------------------------

    @property
    def _accepted(self) -> set[tuple[int, str]]:
        return {(line["member"], _PREFIX.lower() + line["situation"]) for line in self.journal.of("press")
                if line["reply"] == "accepted"}  # fmt: skip

    async def _react(self, person: Person, mind: Mind, push: Push, kind: str, situation: str, *, acted: bool) -> None:
        at = self.port.now
        known = await self.port.about(person, situation)
        subjects = frozenset(self.port.keys[item] for item in known.pop("entities", ()) if item in self.port.keys)
        offered = Offered(at=at, kind=kind, situation=situation, subjects=subjects, acted=acted, **known)
        answer = mind.answer(offered)
        if answer is None:
            self.journal.note(at, "answer", member=person.member, kind=kind, situation=situation, reply="nothing")
            return
        self.journal.note(
            at,
            "answer",
            member=person.member,
            kind=kind,
            situation=situation,
            reply=answer.reply,
            after=round(answer.after, 2),
            part=answer.part,
            truth={name: round(value, 4) for name, value in answer.truth.items()} or None,
            about=answer.about,
            over=answer.over,
            acted=acted or None,
        )
        if answer.reply in _SILENT:
            return
        self._pending.add((person.member, push.tag))
        try:
            await self._until(at + answer.after)
        finally:
            self._pending.discard((person.member, push.tag))
        await self._press(person, mind, push, offered, answer)

    async def _until(self, minute: float) -> None:
        never = asyncio.Event()
        while self.port.now < minute - 1e-6:
            await self.port.wait(minute, never)

    async def _press(self, person: Person, mind: Mind, push: Push, offered: Offered, answer: Answer) -> None:
        now = self.port.now
        showing = self._showing.get((person.member, push.tag))
        if showing is None or ("NOT_NOW" in buttons_of(push)) != ("NOT_NOW" in buttons_of(showing)):
            # An answer to what is over is owed by nobody; one to what still is has been lost.
            over = (person.member, offered.situation) in self._over or (answer.over is not None and answer.over <= now)
            self.journal.note(
                now, "late", member=person.member, kind=offered.kind, situation=offered.situation, over=over
            )
            return
        push = showing
        buttons = buttons_of(push)
        name = next((name for name in _BUTTONS.get(answer.reply, ()) if name in buttons), None)
        if name is None:
            self.journal.note(now, "mute", member=person.member, kind=offered.kind, reply=answer.reply)
            return
        self.journal.note(
            now,
            "press",
            member=person.member,
            kind=offered.kind,
            situation=offered.situation,
            reply=answer.reply,
            button=name,
            exact=name == _BUTTONS[answer.reply][0],
        )
        await self.port.press(person, push, buttons[name])
        if answer.reply == "accepted" and not offered.acted:
            await self._lend_a_hand(person, mind, offered)

    async def _lend_a_hand(self, person: Person, mind: Mind, offered: Offered) -> None:
        """Do what only hands can do, once their owner is there."""
        free = mind.free(self.port.now)
        if free is None or not offered.subjects:
            return
        await self._until(free + _WALK)
        now = self.port.now
        for key in sorted(offered.subjects):
            state, attributes = self._current.get(key, ("unknown", {}))
            domain = self.scene.fittings[key].domain
            door = key.replace("machine:", "machine_door:", 1)
            if key.startswith("machine:"):
                idle = "off" if domain == "binary_sensor" else "standby"
                self.script.hold(door, now, now + 4, "on")
                self._hold(key, now + 0.5, (idle, attributes))
            elif key.startswith("hot"):
                self._hold(key, now, (state if state in ("off", "0") else "0" if _number(state) else "off", attributes))
            elif domain in REST and state != REST[domain]:
                self._hold(key, now, (REST[domain], attributes))
            else:
                continue
            self.journal.note(now, "hand", member=person.member, key=key)
        await self._move()


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
