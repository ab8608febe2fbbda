"""The recorded days of Ordonez home A as a scene: its real sensors, the demo's furniture around them, its labels."""

from datetime import timedelta
from typing import Final

from assistant.enums import Room
from tools.demo import furniture
from tools.demo import trace as diary
from tools.demo.household import Household
from tools.demo.instance import ZONE
from tools.demo.table import read_table
from tools.sensing.fittings import Fitting
from tools.sensing.tracks import Track

from .minds import SEED, Diarist
from .scene import Person, Scene

_ACTIVITIES: Final = {
    "Sleeping": "asleep", "Leaving": "away", "Showering": "grooming", "Toileting": "grooming", "Grooming": "grooming",
    "Breakfast": "eating", "Lunch": "eating", "Dinner": "eating", "Snack": "eating", "Spare_Time/TV": "media",
}  # fmt: skip
_YES: Final = {"lock": "locked", "media_player": "playing", "cover": "open"}
_NO: Final = {"lock": "unlocked", "cover": "closed"}


def _state(fitting: Fitting, value: object) -> str:
    """Return a value of the demo's furniture as a state."""
    if not isinstance(value, bool):
        return str(value)
    return _YES.get(fitting.domain, "on") if value else _NO.get(fitting.domain, "off")


def _room(area: str | None) -> Room | None:
    name = (area or "").lower().replace(" ", "_")
    return Room(name) if name in set(Room) else Room.HALL if name in ("entrance", "hallway") else None


def ordonez_scene(days: int) -> Scene:
    """Return the first days of the recording, on its own calendar."""
    whole = diary.load()
    zoned = diary.place(whole, whole.start.replace(tzinfo=ZONE) + timedelta(days=21), ZONE)
    found = diary.first_days(zoned, days)
    start = found.start.replace(hour=0, minute=0, second=0, microsecond=0)

    def minute(at: object) -> float:
        return (at - start) / timedelta(minutes=1)  # type: ignore[operator]

    fittings = {
        piece.key: Fitting(
            key=piece.key,
            domain=piece.row["platform"],
            name=f"{piece.area or ''} {piece.device}".strip(),
            room=_room(piece.area),
            device=piece.device.lower().replace(" ", "_"),
            device_class=piece.row.get("device_class"),
            attributes={"options": list(piece.row["options"])} if "options" in piece.row else {},
            platform="demo_home",
        )
        for piece in read_table()
    }
    tracks = {piece.key: Track(piece.key, _state(fittings[piece.key], piece.row["value"])) for piece in read_table()}
    end = min(days * 1440.0, minute(found.end))
    for change in furniture.plan(Household(found, SEED)):
        at = minute(change.at)
        if change.key in tracks and at < end:
            tracks[change.key].read(max(at, 0.0), _state(fittings[change.key], change.value))
    fittings["person:0"] = Fitting(key="person:0", domain="person", name="Resident", platform="person", detail="0")
    tracks["person:0"] = Track("person:0", "home")
    activities: list[tuple[float, str]] = []
    for span in found.labels:
        activities.append((max(minute(span.start), 0.0), _ACTIVITIES.get(span.name, "idle")))
        activities.append((minute(span.end), "idle"))
        if span.name == diary.AWAY:
            tracks["person:0"].hold(minute(span.start) + 1, minute(span.end), "not_home")
    person = Person(member=0, key="person:0")
    kept = sorted((at, name) for at, name in activities if at < end)
    mind = Diarist(
        start, end, [item for i, item in enumerate(kept) if i + 1 == len(kept) or kept[i + 1][0] > item[0]], []
    )
    return Scene(
        name="Ordonez home A (CC BY 4.0)",
        start=start,
        minutes=end,
        fittings=fittings,
        tracks=tracks,
        people=(person,),
        minds={0: mind},
    )
