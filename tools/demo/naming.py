"""Words for what the integration's events are about."""

from dataclasses import dataclass
from typing import Final, Self

from tools.demo.client import Client
from tools.demo.table import read_table

# What a situation is about that is about more than one thing.
_ABOUT: Final = {
    "arm_reminder": "the alarm",
    "away_climate": "heating while nobody is in",
    "bedtime": "what is on at bedtime",
    "leave_home": "what is on while nobody is in",
    "media_idle": "what plays to nobody",
    "outside_air": "the air outside",
    "room_light_idle": "lights in an unused room",
    "vacation": "the long absence",
}


@dataclass(frozen=True, slots=True)
class Naming:
    """Find the furniture in a situation's name, which holds an entity id where it is about one."""

    keys: dict[str, str]  # entity id → key of home.yaml
    names: dict[str, str]  # key → "room: device"

    @classmethod
    async def ask(cls, client: Client) -> Self:
        """Ask Home Assistant what it calls the furniture."""
        rows = await client.command({"type": "config/entity_registry/list"})
        return cls(
            {row["entity_id"]: row["unique_id"] for row in rows if row["platform"] == "demo_home"},
            {piece.key: f"{piece.area}: {piece.device}" for piece in read_table()},
        )

    def key(self, situation: str) -> str:
        """Name the piece by its key, or nothing."""
        return next((key for entity, key in self.keys.items() if entity in situation), "")

    def words(self, situation: str, kind: str) -> str:
        """Name it for people."""
        named = self.names.get(self.key(situation))
        if named is not None:
            return named
        place = situation.removeprefix(kind).lstrip(":").strip()
        if "." in place:
            # An entity that is none of the furniture: its object id is the nearest to a name.
            place = place.split(".", 1)[1].replace("_", " ")
        about = _ABOUT.get(kind, kind.replace("_", " "))
        # The day of a bedtime or a collection stands in front of the line already.
        return f"{place}: {about}" if any(letter.isalpha() for letter in place) else about
