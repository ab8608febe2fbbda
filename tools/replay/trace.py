"""The trace format: a home's days as JSON lines, with roles in place of names; docs/replay.md describes it.

The first line is the header, with the version of the format. A reader refuses another version and any kind of line it
does not know, by number: a bug report is not half read.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from assistant.enums import Room
from tools.errors import ArgumentError, StorageError
from tools.results import write_text
from tools.sensing.fittings import Fitting
from tools.sensing.tracks import Track, Value
from tools.streams import Family

from .journal import Line
from .minds import Diarist, Recorded
from .persona import Persona, persona_scene
from .scene import Matter, Mind, Person, Scene

FORMAT: Final = "proactive-assistant-trace"
VERSION: Final = 1
MOST_LINES: Final = 2_000_000

ATTRIBUTES: Final = frozenset(
    {
        "code_arm_required", "current_temperature", "device_class", "fan_mode", "humidity", "hvac_action", "hvac_mode",
        "hvac_modes", "operation_list", "options", "preset_mode", "preset_modes", "state_class", "supported_features",
        "temperature", "temperature_unit", "unit_of_measurement",
    }
)  # fmt: skip
"""Attributes that a trace may carry; every other may hold a name, a place or a text."""


# Writing -------------------------------------------------------------------------------------------


def lines_of(scene: Scene, *, source: str, persona: Mapping[str, Any] | None = None) -> Iterator[Line]:
    """Yield a scene as lines: header, things, people, matters, and then what happens in order of time."""
    yield {
        "is": "trace",
        "format": FORMAT,
        "version": VERSION,
        "name": scene.name,
        "source": source,
        "start": scene.start.replace(tzinfo=None).isoformat(),
        "minutes": scene.minutes,
        "areas": scene.areas,
        "watched": scene.watched,
        **({"persona": dict(persona)} if persona else {}),
    }
    for fitting in scene.fittings.values():
        yield _thing(fitting)
    for person in scene.people:
        yield {"is": "person", "member": person.member, "key": person.key}
    for matter in scene.matters:
        yield {
            "is": "matter",
            "kind": matter.kind,
            "subjects": sorted(matter.subjects),
            "began": round(matter.began, 2),
            "created": round(matter.created, 2),
            "over": round(matter.over, 2),
            "required": matter.required,
        }
    yield from sorted(_happening(scene), key=lambda line: line["at"])


def _thing(fitting: Fitting) -> Line:
    attributes = {name: value for name, value in fitting.attributes.items() if name in ATTRIBUTES}
    found = {
        "is": "thing",
        "key": fitting.key,
        "domain": fitting.domain,
        "room": fitting.room.value if fitting.room else None,
        "device": fitting.device,
        "device_class": fitting.device_class,
        "attributes": attributes or None,
        "platform": fitting.platform,
        "diagnostic": fitting.diagnostic or None,
        "detail": fitting.detail or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _happening(scene: Scene) -> Iterator[Line]:
    for key, track in scene.tracks.items():
        if key not in scene.fittings:
            continue
        for change in track.changes(scene.minutes):
            attributes = {name: value for name, value in change.attributes.items() if name in ATTRIBUTES}
            line: Line = {"at": round(change.minute, 2), "is": "state", "key": key, "state": change.state}
            yield line | ({"attributes": attributes} if attributes else {})
    for member, mind in scene.minds.items():
        for minute, state in mind.phone():
            yield {"at": round(minute, 2), "is": "phone", "member": member, "state": state}
        for at, activity in _activities(mind, scene.minutes):
            yield {"at": round(at, 2), "is": "activity", "member": member, "activity": activity}


def _activities(mind: Mind, minutes: float) -> Iterator[tuple[float, str]]:
    if isinstance(mind, Diarist):
        yield from mind.activities
    elif isinstance(mind, Persona):
        last = None
        for episode in mind.world.life.timeline.episodes:
            if episode.begin < minutes and episode.activity is not last:
                yield max(float(episode.begin), 0.0), episode.activity.value
                last = episode.activity


def write_scene(path: Path, lines: Iterable[Line]) -> int:
    """Write lines as a trace and return how many they are. Raises StorageError when the disk does not take them."""
    texts = [json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines]
    write_text(path, "\n".join(texts) + "\n")
    return len(texts)


# Reading -------------------------------------------------------------------------------------------


class _Reading:
    """A trace while it is read."""

    def __init__(self) -> None:
        self.header: Line = {}
        self.fittings: dict[str, Fitting] = {}
        self.tracks: dict[str, Track] = {}
        self.people: list[Person] = []
        self.matters: list[Matter] = []
        self.activities: dict[int, list[tuple[float, str]]] = {}
        self.phones: dict[int, list[tuple[float, str]]] = {}
        self.replies: dict[int, list[Line]] = {}

    def trace(self, line: Line) -> None:
        """Take the header."""
        if self.header:
            raise ValueError("a second header")
        if line.get("format") != FORMAT:
            raise ValueError(f"this is no {FORMAT}")
        if line.get("version") != VERSION:
            raise ValueError(f"version {line.get('version')} of the format; this lab reads version {VERSION}")
        if not 0 < float(line["minutes"]) <= 366 * 1440:
            raise ValueError("minutes must be from 1 to a year's")
        datetime.fromisoformat(line["start"])
        self.header = line

    def thing(self, line: Line) -> None:
        """Take an entity; what it is called follows from its role."""
        key, domain = str(line["key"]), str(line["domain"])
        if key in self.fittings:
            raise ValueError(f"a second thing {key}")
        room = Room(line["room"]) if line.get("room") else None
        device_class = line.get("device_class")
        self.fittings[key] = Fitting(
            key=key,
            domain=domain,
            name=role_name(key, domain, room, device_class),
            room=room,
            device=line.get("device"),
            device_class=device_class,
            attributes={k: v for k, v in dict(line.get("attributes") or {}).items() if k in ATTRIBUTES},
            platform=str(line.get("platform", "trace")),
            diagnostic=bool(line.get("diagnostic")),
            detail=str(line.get("detail", "")),
        )

    def person(self, line: Line) -> None:
        """Take somebody who lives there."""
        if line["key"] not in self.fittings:
            raise ValueError(f"no thing {line['key']}")
        self.people.append(Person(member=int(line["member"]), key=str(line["key"])))

    def matter(self, line: Line) -> None:
        """Take something that is truly the matter."""
        self.matters.append(
            Matter(
                kind=str(line["kind"]),
                subjects=frozenset(map(str, line["subjects"])),
                began=float(line["began"]),
                created=float(line["created"]),
                over=float(line["over"]),
                required=bool(line.get("required", True)),
            )
        )

    def state(self, line: Line) -> None:
        """Take a change of an entity."""
        key, at = str(line["key"]), float(line["at"])
        if key not in self.fittings:
            raise ValueError(f"no thing {key}")
        attributes = {k: v for k, v in dict(line.get("attributes") or {}).items() if k in ATTRIBUTES}
        value: Value = (str(line["state"]), attributes) if attributes else str(line["state"])
        self.tracks.setdefault(key, Track(key, value)).read(at, value)

    def activity(self, line: Line) -> None:
        """Take what somebody truly does from now on."""
        self.activities.setdefault(int(line["member"]), []).append((float(line["at"]), str(line["activity"])))

    def phone(self, line: Line) -> None:
        """Take what a phone tells from now on."""
        self.phones.setdefault(int(line["member"]), []).append((float(line["at"]), str(line["state"])))

    def reply(self, line: Line) -> None:
        """Take an answer that somebody really gave."""
        kept = {"at": float(line["at"]), "kind": str(line["kind"]), "reply": str(line["reply"])}
        self.replies.setdefault(int(line["member"]), []).append(kept | {"after": float(line.get("after", 5.0))})


_KINDS: Final[Mapping[str, Callable[[_Reading, Line], None]]] = {
    "trace": _Reading.trace,
    "thing": _Reading.thing,
    "person": _Reading.person,
    "matter": _Reading.matter,
    "state": _Reading.state,
    "activity": _Reading.activity,
    "phone": _Reading.phone,
    "reply": _Reading.reply,
}


def role_name(key: str, domain: str, room: Room | None, device_class: str | None) -> str:
    """Return what an entity without a name is called: its room and its role."""
    place = room.value.replace("_", " ") if room else ""
    parts = [part for part in key.replace("_", " ").split(":") if part and part != place]
    role = " ".join(parts) or device_class or domain
    text = f"{place} {role}".strip()
    return text[0].upper() + text[1:]


def read_scene(path: Path) -> Scene:
    """Read a trace. Raises StorageError when it cannot be read, ArgumentError with the line when it makes no sense."""
    try:
        texts = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"cannot read {path}: {error}") from error
    reading = _Reading()
    for number, text in enumerate(texts[:MOST_LINES], 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            if not reading.header and line.get("is") != "trace":
                raise ValueError("a trace begins with its header")
            _KINDS[line["is"]](reading, line)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            what = f"no {error}" if isinstance(error, KeyError) else str(error)
            raise ArgumentError(f"{path}, line {number}: {what}") from error
    if not reading.header or not reading.people:
        raise ArgumentError(f"{path} holds no {'person' if reading.header else 'header'}")
    return _scene(reading)


def _scene(reading: _Reading) -> Scene:
    header = reading.header
    minutes = float(header["minutes"])
    scene = Scene(
        name=str(header.get("name", "a trace")),
        start=datetime.fromisoformat(header["start"]).replace(tzinfo=UTC),
        minutes=minutes,
        fittings=reading.fittings,
        tracks=reading.tracks,
        people=tuple(reading.people),
        minds={},
        matters=tuple(reading.matters),
        areas=bool(header.get("areas", True)),
        watched=int(header.get("watched", 0)),
    )
    scene.minds = {person.member: _mind(person, reading, scene) for person in scene.people}
    return scene


def _mind(person: Person, reading: _Reading, scene: Scene) -> Mind:
    """Return who answers: the persona itself where the header names one, the recorded answers, or a diary's habits."""
    drawn = reading.header.get("persona")
    if drawn:
        days = max(1, round(scene.minutes / 1440))
        home = persona_scene(
            int(drawn["id"]), days=days, seed=int(drawn["seed"]), family=Family(str(drawn.get("family", "A")))
        )
        if person.member in home.minds:
            return home.minds[person.member]
    phone = reading.phones.get(person.member, [])
    if person.member in reading.replies:
        return Recorded(reading.replies[person.member], phone)
    return Diarist(scene.start, scene.minutes, reading.activities.get(person.member, []), phone)
