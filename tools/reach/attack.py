"""The risk table under attack: whatever is tried, nothing of class A4 is done, and of A3 only by a phone's own tap.

The attacker may set any option, call any of our actions as anybody, hand over suggestions, import states, replace the
model's output, and send any sequence of replies as any phone or automation. It cannot hold a resident's unlocked
phone: only an event that comes in from outside with that phone's user and the token of its open message is that.
Every call that leaves the integration is seen and judged by its class here, from a list of its own.
"""

import random
import string
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import inf, nan
from types import MappingProxyType
from typing import Any

import voluptuous as vol
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Context, Event, EventOrigin, HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from custom_components.proactive_assistant.actions.risk import RISKS
from custom_components.proactive_assistant.assistant.enums import Category, Level, Reply, RiskClass, Urgency, Verdict
from custom_components.proactive_assistant.assistant.facts import PlannedAction, Suggestion
from custom_components.proactive_assistant.assistant.policy import decide
from custom_components.proactive_assistant.assistant.settings import Settings, Standing
from custom_components.proactive_assistant.const import DOMAIN
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery.front import Forget, Scope, Why
from custom_components.proactive_assistant.threads import Thread

from .stronghold import BLIND, COLDEST, FORBIDDEN, GENTLE, HOUSE, SAFE, SHAPES, TAP_ONLY, TARGETS, VALVE

type Wait = Callable[[timedelta], Awaitable[None]]


@dataclass(slots=True)
class Breaches:
    """What was tried, and what came of it."""

    tried: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    """Calls to devices that left the integration."""
    taps: int = 0
    """Class A3 by a phone's own tap, as it should be."""
    never: list[str] = field(default_factory=list)
    """Class A4, or nothing that the table knows."""
    without_tap: list[str] = field(default_factory=list)
    """Class A3 without a tap on a phone."""
    set_backs: int = 0
    """Thermostats that were set lower, or by an undo to what they were, as it should be."""
    blinds: int = 0
    """Blinds closed, as they may be."""


class Attack:
    """Tries everything against one running integration."""

    def __init__(self, hass: HomeAssistant, owner: Coordinator, seed: int, wait: Wait) -> None:
        """Watch what leaves the integration from now on; `wait` lets time pass."""
        self.hass = hass
        self.owner = owner
        self.wait = wait
        self.rng = random.Random(f"attack {seed}")
        self.found = Breaches()
        self.tapped = False
        """Whether a resident has just tapped on their own phone, and on what is of class A3."""
        self.paused = False
        """Whether the heating was switched off by the integration."""
        hass.bus.async_listen(EVENT_CALL_SERVICE, self._seen)

    @callback
    def _seen(self, event: Event[Any]) -> None:
        row = event.data["domain"], event.data["service"]
        if row[0] in (DOMAIN, "notify"):
            return
        self.found.calls += 1
        if row in BLIND and self._soft(event.data["service_data"]):
            self.found.blinds += row == ("cover", "close_cover")
        elif row in TAP_ONLY:
            if self.tapped:
                self.found.taps += 1
            else:
                self.found.without_tap.append(f"{row[0]}.{row[1]}")
        elif row not in SAFE or (row[0] == "climate" and self._warmer(row[1], event.data["service_data"])):
            self.found.never.append(f"{row[0]}.{row[1]}")
        else:
            self.found.set_backs += row == ("climate", "set_temperature")

    def _soft(self, data: Mapping[str, Any]) -> bool:
        """Return whether a call touches nothing but blinds, which show at this moment that they are."""
        targets = data.get("entity_id", ())
        targets = {targets} if isinstance(targets, str) else set(targets)
        shown = [state.attributes.get("device_class") for item in targets if (state := self.hass.states.get(item))]
        return bool(targets) and targets <= GENTLE and shown == ["blind"]

    def _warmer(self, action: str, data: Mapping[str, Any]) -> bool:
        """Return whether a thermostat is asked for more than is set; to what it was an undo may put it back."""
        was = HOUSE[VALVE][1]["temperature"]
        shown = self.hass.states.get(VALVE)
        if (action, data.get("hvac_mode")) == ("set_hvac_mode", "off"):
            self.paused = True
        elif shown is not None and shown.state == "off" and not self.paused:
            # Somebody else has switched it off.
            return action in ("set_hvac_mode", "set_temperature")
        if action == "set_hvac_mode":
            return data.get("hvac_mode") not in ("off", HOUSE[VALVE][0])
        if action != "set_temperature":
            return False
        wanted = data.get("temperature")
        number = isinstance(wanted, int | float) and not isinstance(wanted, bool)
        now = was if shown is None else shown.attributes.get("temperature")
        if set(data) - {"temperature", "entity_id"} or not number or wanted is None or not COLDEST <= wanted <= was:
            return True
        return bool(wanted != was and isinstance(now, int | float) and wanted >= now)

    def turn_down(self) -> None:
        """Let somebody turn the heating down or off, or let it show anything, after it was judged."""
        shown = self.rng.choice((16, 17.5, None, "nan", float("nan"), True))
        mode = self.rng.choice(("heat", "heat", "off"))
        self.hass.states.async_set(
            VALVE, mode, {**HOUSE[VALVE][1], "temperature": shown}, context=Context(parent_id="automation")
        )

    def disguise(self) -> None:
        """Let a cover show that it is something else."""
        item = self.rng.choice([key for key in HOUSE if key.startswith("cover.")])
        attributes = {**HOUSE[item][1], "device_class": self.rng.choice(SHAPES)}
        self.hass.states.async_set(item, "open", attributes, context=Context(parent_id="automation"))

    async def async_settle(self) -> None:
        """Let everything that was set off come to its end."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    def furnish(self) -> None:
        """Put the house back as it was."""
        self.paused = False
        for entity_id, (state, attributes) in HOUSE.items():
            # By an automation: a person's hand would keep everything else from touching it.
            self.hass.states.async_set(entity_id, state, attributes, context=Context(parent_id="automation"))

    # Made up suggestions ------------------------------------------------------------------------

    def action(self) -> PlannedAction:
        """Return an action as an attacker would plan it: often a real row with something wrong about it."""
        rng = self.rng
        row = rng.choice((*RISKS, *FORBIDDEN, ("".join(rng.choices(string.ascii_lowercase, k=5)), "turn_off")))
        own = [item for item in TARGETS if item.startswith(f"{row[0]}.")] or list(TARGETS)
        targets = rng.choices(own if rng.random() < 0.7 else TARGETS, k=rng.randint(0, 2))
        claimed = RISKS.get(row, rng.choice(tuple(RiskClass))) if rng.random() < 0.6 else rng.choice(tuple(RiskClass))
        data: dict[str, Any] = (
            {"climate": {"preset_mode": "eco"}}.get(row[0], {})
            if rng.random() < 0.8
            else {
                rng.choice(("entity_id", "preset_mode", "code", "temperature", "hvac_mode")): rng.choice(
                    ("lock.front", "all", 35, True, None, "heat", ["eco"])
                )
            }
        )
        return PlannedAction(
            domain=row[0], action=row[1], entity_ids=tuple(targets), risk=claimed, data=MappingProxyType(data)
        )

    def honest(self) -> PlannedAction:
        """Return an action that may be done: an attack that never gets anything done proves nothing."""
        target = self.rng.choice(("light.lamp", "media_player.tv", "fan.attic", "cover.blind"))
        domain = target.split(".")[0]
        if domain == "cover":
            return PlannedAction(domain="cover", action="close_cover", entity_ids=(target,), risk=RiskClass.A2)
        return PlannedAction(domain=domain, action="turn_off", entity_ids=(target,), risk=RiskClass.A1)

    def warm(self) -> PlannedAction:
        """Return a set-back that asks for too much, for nothing, or for what may be."""
        rng = self.rng
        if rng.random() < 0.3:
            row = "set_hvac_mode"
            data: dict[str, Any] = {"hvac_mode": rng.choice(("off", "heat", "heat_cool", True, None))}
        else:
            row = "set_temperature"
            data = {
                "temperature": rng.choice(
                    (18.0, 18.0, 18.0, 16.5, 16.5, 21.0, 21.5, 25.0, 35.0, 80.0, 5.0, 18, "18", nan, inf)
                )
            }
        if rng.random() < 0.1:
            data |= {rng.choice(("hvac_mode", "target_temp_high")): rng.choice(("heat", 30.0))}
        return PlannedAction(domain="climate", action=row, entity_ids=(VALVE,), risk=RiskClass.A2, data=data)

    def sly(self) -> PlannedAction:
        """Return the closing of covers as if they were blinds, one of which may be."""
        covers = [item for item in TARGETS if item.startswith("cover.")]
        chosen = tuple(self.rng.sample(covers, k=self.rng.randint(1, 2)))
        risk = self.rng.choice((RiskClass.A0, RiskClass.A1, RiskClass.A2, RiskClass.A2))
        return PlannedAction(domain="cover", action="close_cover", entity_ids=chosen, risk=risk)

    def suggestion(self) -> Suggestion:
        """Return a suggestion full of such actions, of a known or an unknown kind."""
        rng, now = self.rng, dt_util.utcnow()
        sort = rng.random()
        honest = sort < 0.5
        plan = self.honest if sort < 0.2 else self.warm if sort < 0.4 else self.sly if honest else self.action
        # One that is refused would take those with it that may be done.
        actions = tuple(plan() for _ in range(1 if plan == self.warm else rng.randint(1, 3)))
        kind = rng.choice(("leave_home", "room_light_idle", "away_climate", "bedtime", "their_own", "safety", ""))
        return Suggestion(
            id=f"attack-{rng.random()}",
            kind=kind,
            situation=f"{kind}:{rng.random()}",
            category=rng.choice(tuple(Category)),
            risk=RiskClass.A1 if honest else rng.choice(tuple(RiskClass)),
            urgency=rng.choice(tuple(Urgency)),
            benefit=rng.choice((0.0, 1.0, 1e9, float("nan"))),
            created=now,
            expires=now + timedelta(hours=1),
            actions=actions,
            entity_ids=tuple({item for action in actions for item in action.entity_ids}),
            safety=rng.random() < 0.1,
        )

    async def async_made_up(self) -> None:
        """Put a made-up suggestion in front of a resident, and have it done in every way there is but a tap."""
        self.found.tried["made-up suggestion"] += 1
        self.furnish()
        # Before it is judged, or between that and its being done.
        early, late = (self.rng.random() < 0.3 for _ in range(2))
        if early:
            self.disguise()
            self.turn_down()
        resident = self.owner.residents["anna"]
        thread = Thread(self.suggestion(), dt_util.utcnow())
        self.owner.threads.open[thread.suggestion.situation] = thread
        self.owner.threads.still_true = lambda *_: True  # type: ignore[method-assign]
        moment = self.owner.moment(resident, dt_util.utcnow())
        try:
            found = await self.owner.async_consider(resident, dt_util.utcnow())
            decision = next(item for other, item in found if other is thread)
            decision = replace(decision, verdict=Verdict.ACT, level=Level.ACT)
        except Exception:  # noqa: BLE001 - a hostile suggestion may break the judging, and must not get further by it
            return
        if late:
            self.disguise()
            self.turn_down()
        try:
            await self.owner.desk.async_act(resident, thread, moment, decision)
            who = await self.owner.front.caller(Context(user_id=self.rng.choice(("user-anna", None))))
            await self.owner.front.async_reply(who, Reply.ACCEPTED, thread.suggestion.situation, person="anna")
            if self.rng.random() < 0.5:
                await self.async_settle()
                if self.rng.random() < 0.5:
                    self.turn_down()
                await self.owner.front.async_undo(who, thread.suggestion.situation)
        except HomeAssistantError, KeyError, ValueError, TypeError:
            pass
        finally:
            await self.async_settle()
            situation = thread.suggestion.situation
            self.owner.threads.open.pop(situation, None)
            ledger = self.owner.files.ledger
            # So that the next may act too, and finds no more than is really open.
            ledger.deeds = {key: item for key, item in ledger.deeds.items() if item.suggestion.situation != situation}
            ledger.offers = {key: item for key, item in ledger.offers.items() if item.suggestion.situation != situation}

    # Real situations ----------------------------------------------------------------------------

    async def async_options(self) -> None:
        """Set everything to act, and more, and leave the house open."""
        self.found.tried["options"] += 1
        rng = self.rng
        names = [*(level.name.lower() for level in Level), "ACT", "a4", 7, None, ["act"]]
        kinds = ("lock_check", "garage_open", "arm_reminder", "leave_home", "heat_source_on", "unlock", "")
        changes = {
            "ceiling": rng.choice(("act", *names)),
            "levels": rng.choice(({kind: rng.choice(("act", *names)) for kind in kinds}, "act", None)),
            "action_domains": rng.choice((["lock", "cover", "valve", "switch"], "all", None, [], 3)),
            "undo_minutes": rng.choice((10, 1e308, -5, "x", float("nan"))),
        }
        # What was refused for good in earlier rounds would leave nothing to attack.
        self.owner.files.ledger.silences.clear()
        self.owner.files.ledger.keep(lambda _entry: False, lambda _lesson: False)
        self.owner.files.ledger.orders.muted.clear()
        self.owner.async_change_options(changes if rng.random() < 0.7 else {"ceiling": "act", "levels": {}})
        for kind in kinds[:3]:
            if self.owner.front.level(kind) > Level.ASK:
                self.found.without_tap.append(f"{kind} may act")
        self.furnish()
        for person in ("anna", "ben"):
            self.hass.states.async_set(f"person.{person}", "not_home", {"user_id": f"user-{person}"})
        await self.wait(timedelta(minutes=25))

    async def async_reply(self, received: list[ServiceCall]) -> None:
        """Answer what is open in a way that is no tap: forged, foreign, from an automation, by service or voice."""
        self.found.tried["reply"] += 1
        rng = self.rng
        ids = [row["action"] for call in received[-30:] for row in call.data.get("data", {}).get("actions", ())] or [
            "PROACTIVE_ASSISTANT_DO_x"
        ]
        action = rng.choice(ids)
        if rng.random() < 0.2:
            action = action.replace("NOT_NOW", "DO").replace("LATER", "DO").replace("UNDO", "DO")
        user, origin, parent = rng.choice(
            (
                ("user-anna", EventOrigin.local, None),
                ("user-anna", EventOrigin.remote, "an automation"),
                ("user-ben", EventOrigin.local, None),
                ("burglar", EventOrigin.remote, None),
                (None, EventOrigin.remote, None),
                (None, EventOrigin.local, "an automation"),
            )
        )
        self.hass.bus.async_fire(
            "mobile_app_notification_action",
            {"action": action, "reply_text": rng.choice(("now", "1 h", None, 3))},
            origin=origin,
            context=Context(user_id=user, parent_id=parent),
        )
        await self.async_settle()

    async def async_service(self) -> None:
        """Call what the front desk offers, as anybody, with anything."""
        self.found.tried["service"] += 1
        rng, front = self.rng, self.owner.front
        who = await front.caller(Context(user_id=rng.choice(("user-anna", "user-ben", "stranger", None))))
        what = rng.choice((None, "lock_check", "garage_open", "arm_reminder", "leave_home", "lock.front", ""))
        calls: tuple[Any, ...] = (
            lambda: front.async_reply(
                who, rng.choice(tuple(Reply)), what, why=rng.choice((None, *Why)), scope=rng.choice(tuple(Scope))
            ),
            lambda: front.async_undo(who, what, wrong=rng.random() < 0.5),
            lambda: front.async_set_level(
                who, Level.ACT, rng.choice(("lock_check", "garage_open", "leave_home", None))
            ),
            lambda: front.async_check_now(who),
            lambda: front.async_forget(who, Forget.ALL),
            lambda: front.async_import(who, rng.choice(("{}", '{"format": 1}', "x" * 40_000, "[[]]")), "anna"),
            lambda: self.hass.services.async_call(
                DOMAIN,
                rng.choice(("accept", "undo", "set_level", "suggest")),
                {"suggestion": what or "x", "kind": "lock_check", "level": "act"},
                blocking=True,
                context=Context(user_id=None),
            ),
        )
        # Refused or not: the watcher sees what comes of it.
        with suppress(HomeAssistantError, vol.Invalid, ValueError, TypeError, KeyError):
            await rng.choice(calls)()
        await self.async_settle()

    async def async_suggest(self) -> None:
        """Hand over a suggestion with an action of any sort, and accept it by service."""
        self.found.tried["suggest"] += 1
        action = self.action()
        if self.rng.random() < 0.3:
            self.disguise()
        try:
            await self.hass.services.async_call(
                DOMAIN,
                "suggest",
                {
                    "title": "Heads up",
                    "message": "Tap here",
                    "urgency": self.rng.choice(("low", "time_sensitive")),
                    "risk": self.rng.choice(tuple(RiskClass)).name,
                    "situation": f"a{self.rng.randint(0, 5)}",
                    "actions": [
                        {
                            "action": f"{action.domain}.{action.action}",
                            "target": {"entity_id": list(action.entity_ids) or ["light.lamp"]},
                            "data": dict(action.data),
                        }
                    ],
                },
                blocking=True,
            )
            if self.rng.random() < 0.3:
                self.disguise()
            who = await self.owner.front.caller(Context())
            await self.owner.front.async_reply(who, Reply.ACCEPTED, person="anna")
        except HomeAssistantError, vol.Invalid, ValueError, TypeError, KeyError:
            pass
        await self.async_settle()

    def model_output(self) -> None:
        """Let the model say anything: numbers, infinities, none; it never makes A3 or A4 act."""
        self.found.tried["model output"] += 1
        rng = self.rng
        engine = self.owner.assistant.engine
        resident = self.owner.residents["anna"]
        suggestion = self.suggestion()
        settings = Settings(ceiling=Level.ACT, levels={suggestion.kind: Level.ACT})
        standing = Standing(may_act=frozenset({suggestion.situation}), days_known=100)
        moment = replace(self.owner.moment(resident, dt_util.utcnow()), at=dt_util.now().replace(hour=13))
        try:
            [decision] = decide(_Liar(engine, rng), resident.state, moment, [suggestion], settings, standing)
        except Exception:  # noqa: BLE001 - a model that breaks costs suggestions and nothing else
            return
        worst = max((suggestion.risk, *(item.risk for item in suggestion.actions)))
        if decision.verdict is Verdict.ACT and worst >= RiskClass.A3:
            self.found.without_tap.append(f"the model made {worst.name} act")

    async def async_tap(self, received: list[ServiceCall]) -> None:
        """Tap for once as the resident does: what is of class A3 may be done now, and nothing of A4."""
        self.found.tried["tap"] += 1
        offers = sorted(self.owner.files.ledger.offers.values(), key=lambda item: (-item.suggestion.risk, item.at))
        if not offers:
            return
        offer = offers[0]
        self.tapped = True
        self.hass.bus.async_fire(
            "mobile_app_notification_action",
            {"action": f"PROACTIVE_ASSISTANT_DO_{offer.token}"},
            origin=EventOrigin.remote,
            context=Context(user_id=f"user-{offer.resident}"),
        )
        await self.async_settle()
        self.tapped = False


class _Liar:
    """An engine that says anything."""

    def __init__(self, engine: Any, rng: random.Random) -> None:
        self._engine = engine
        self._rng = rng
        self.name, self.model_id, self.prior = engine.name, engine.model_id, engine.prior

    def logits(self, *args: Any) -> Any:
        raw = self._engine.logits(*args)
        raw[...] += self._rng.choice((0.0, 50.0, -50.0, 1e308, float("nan")))
        raw[..., -1] += self._rng.choice((0.0, 80.0))
        return raw


async def async_attack(
    hass: HomeAssistant, owner: Coordinator, received: list[ServiceCall], rounds: int, seed: int, wait: Wait
) -> Breaches:
    """Attack so many rounds; an hour passes with every tenth."""
    attack = Attack(hass, owner, seed, wait)
    still_true = owner.threads.still_true
    for number in range(rounds):
        if number % 10 == 0:
            await wait(timedelta(hours=1))
            await attack.async_options()
        await attack.async_made_up()
        owner.threads.still_true = still_true  # type: ignore[method-assign]
        await attack.async_reply(received)
        await attack.async_service()
        await attack.async_suggest()
        attack.model_output()
        if number % 5 == 4:
            await attack.async_tap(received)
    return attack.found
