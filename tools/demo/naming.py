"""Words for what the integration's events are about."""

from dataclasses import dataclass
from typing import Final, Self

from tools.demo.client import Client
from tools.demo.table import read_table

# What a situation is about that is about more than one thing.
_ABOUT: Final = {"away_climate": "heating while nobody is in", "leave_home": "what is on while nobody is in"}


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
        return self.names.get(self.key(situation), _ABOUT.get(kind, situation))
