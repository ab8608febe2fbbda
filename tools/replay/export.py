"""A real instance's last days as a trace: roles in place of names, and nothing that could tell whose home it is."""

import math
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from assistant.enums import Room
from custom_components.proactive_assistant.sensing.words import room_of

from .connection import Connection
from .errors import ReplayError
from .journal import Line
from .trace import ATTRIBUTES, FORMAT, VERSION, write_scene

DOMAINS: Final = frozenset(
    {
        "alarm_control_panel", "binary_sensor", "climate", "cover", "fan", "light", "lock", "media_player", "person",
        "sensor", "switch", "vacuum", "water_heater", "weather",
    }
)  # fmt: skip
"""Domains that may be exported: whose states are numbers or words of a closed list."""
CLASSES: Final = frozenset(
    {
        "battery", "carbon_dioxide", "carbon_monoxide", "cold", "door", "energy", "enum", "garage", "garage_door",
        "gas", "heat", "humidity", "illuminance", "lock", "moisture", "monetary", "motion", "occupancy", "opening",
        "power", "presence", "problem", "running", "safety", "smoke", "tamper", "temperature", "window",
    }
)  # fmt: skip
"""Device classes of sensors that may be exported; a sensor without one may show anything."""
_WORDS: Final = frozenset(
    {
        "on", "off", "home", "not_home", "open", "closed", "opening", "closing", "locked", "unlocked", "locking",
        "unlocking", "jammed", "playing", "paused", "idle", "standby", "buffering", "heat", "cool", "auto", "heat_cool",
        "dry", "fan_only", "eco", "performance", "disarmed", "armed_home", "armed_away", "armed_night", "arming",
        "pending", "triggered", "docked", "cleaning", "returning", "error", "unavailable", "unknown", "clear-night",
        "cloudy", "fog", "hail", "lightning", "lightning-rainy", "partlycloudy", "pouring", "rainy", "snowy",
        "snowy-rainy", "sunny", "windy", "windy-variant", "exceptional", "running", "run", "finished", "finish", "end",
        "stop", "ready", "pause", "program_ended",
    }
)  # fmt: skip
"""States that a trace may carry beside numbers."""
_CLOSED: Final = frozenset({"device_class", "hvac_action", "state_class", "temperature_unit", "unit_of_measurement"})
"""Attributes whose values Home Assistant itself keeps to a list."""
_REPLIES: Final = frozenset({"accepted", "later", "not_now", "wrong", "never", "undone"})


def safe_state(domain: str, state: str) -> str | None:
    """Return a state that tells no name; None where it might."""
    if domain == "person":
        return state if state in ("home", "unavailable", "unknown") else "not_home"
    if state in _WORDS:
        return state
    try:
        number = float(state)
    except ValueError:
        return None
    return state if math.isfinite(number) else None


def exportable(entity_id: str, attributes: Mapping[str, Any]) -> bool:
    """Return whether an entity may be in a trace."""
    domain = entity_id.split(".", maxsplit=1)[0]
    if domain not in DOMAINS:
        return False
    return domain not in ("sensor", "binary_sensor") or attributes.get("device_class") in CLASSES


def redacted(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of attributes is of a closed list, a number or a truth value."""
    found: dict[str, Any] = {}
    for name, value in attributes.items():
        if name not in ATTRIBUTES or value is None:
            continue
        if isinstance(value, list):
            found[name] = [item for item in value if isinstance(item, int | float) or item in _WORDS]
        elif isinstance(value, bool | int | float) or name in _CLOSED or value in _WORDS:
            found[name] = value
    return found


class Keys:
    """Names things by their role: `window:kitchen`, and a number where there are several."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()

    def key(self, domain: str, device_class: str | None, room: Room | None) -> str:
        """Return a new key."""
        role = device_class if domain in ("binary_sensor", "sensor", "cover") and device_class else domain
        base = role if room in (None, Room.UNKNOWN, Room.OTHER) else f"{role}:{room}"
        self._count[base] += 1
        return base if self._count[base] == 1 else f"{base}:{self._count[base]}"


async def _rooms(connection: Connection) -> dict[str, Room]:
    """Return the room of every registered entity, by the name of its area."""
    areas = {row["area_id"]: room_of(row["name"]) for row in await connection.command("config/area_registry/list")}
    devices = {row["id"]: row["area_id"] for row in await connection.command("config/device_registry/list")}
    found: dict[str, Room] = {}
    for row in await connection.command("config/entity_registry/list"):
        area = row["area_id"] or devices.get(row["device_id"])
        if area in areas:
            found[row["entity_id"]] = Room(areas[area].value)
    return found


async def export(url: str, token: str, days: float, path: Path) -> int:
    """Write an instance's last days as a trace and return its number of lines. Raises ReplayError and StorageError."""
    async with Connection(url, token) as connection:
        await connection.get("/api/")
        await connection.open()
        config = await connection.get("/api/config")
        if "history" not in config["components"]:
            raise ReplayError(f"{url} keeps no history (the integration `history` is not set up)")
        local = datetime.fromisoformat(
            (await connection.post("/api/template", {"template": "{{ now().isoformat() }}"})).strip()
        )
        begin = (local - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
        rooms = await _rooms(connection)
        states = [s for s in await connection.get("/api/states") if exportable(s["entity_id"], s["attributes"])]
        history = await connection.command(
            "history/history_during_period",
            start_time=begin.isoformat(),
            end_time=local.isoformat(),
            entity_ids=[state["entity_id"] for state in states],
            no_attributes=False,
        )
        replies = await _replies(connection, begin)
    return write_scene(path, _lines(states, rooms, history, replies, begin, local))


async def _replies(connection: Connection, begin: datetime) -> list[Line]:
    try:
        answer = await connection.act(
            "proactive_assistant.list", {"lists": ["recent"], "since": begin.isoformat(), "limit": 200}
        )
    except ReplayError:
        return []
    return [line for line in answer.get("recent", []) if line.get("type", line.get("outcome")) in _REPLIES]


def _lines(
    states: list[dict[str, Any]],
    rooms: Mapping[str, Room],
    history: Mapping[str, list[dict[str, Any]]],
    replies: list[Line],
    begin: datetime,
    end: datetime,
) -> list[Line]:
    keys, people = Keys(), 0
    head: list[Line] = [
        {
            "is": "trace",
            "format": FORMAT,
            "version": VERSION,
            "name": "an exported home",
            "source": "export",
            "start": begin.replace(tzinfo=None).isoformat(),
            "minutes": round((end - begin) / timedelta(minutes=1), 2),
            "watched": 0,
        }
    ]
    body: list[Line] = []
    for state in sorted(states, key=lambda item: item["entity_id"]):
        domain, attributes = state["entity_id"].split(".")[0], state["attributes"]
        device_class = attributes.get("device_class")
        room = rooms.get(state["entity_id"])
        key = f"person:{people}" if domain == "person" else keys.key(domain, device_class, room)
        thing = {
            "is": "thing",
            "key": key,
            "domain": domain,
            "room": room.value if room else None,
            "device_class": device_class,
            "attributes": redacted(attributes) or None,
        }
        head.append({name: value for name, value in thing.items() if value is not None})
        if domain == "person":
            head.append({"is": "person", "member": people, "key": key})
            people += 1
        for row in history.get(state["entity_id"], ()):
            shown = safe_state(domain, str(row["s"]))
            if shown is not None:
                at = max((float(row.get("lc", row["lu"])) - begin.timestamp()) / 60, 0.0)
                line: Line = {"at": round(at, 2), "is": "state", "key": key, "state": shown}
                kept = redacted(row.get("a", {}))
                body.append(line | ({"attributes": kept} if kept else {}))
    if not people:
        head.append({"is": "thing", "key": "person:0", "domain": "person"})
        head.append({"is": "person", "member": 0, "key": "person:0"})
    for reply in replies:
        at = (datetime.fromisoformat(reply["at"]) - begin) / timedelta(minutes=1)
        body.append(
            {
                "at": round(at, 2),
                "is": "reply",
                "member": 0,
                "kind": reply["kind"],
                "reply": reply.get("type", reply.get("outcome")),
            }
        )
    return head + sorted(body, key=lambda line: line["at"])
