"""Read home.yaml, the furnished home: for the component and, without Home Assistant, for the driver."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

HOME_TABLE: Final = Path(__file__).parent / "custom_components" / "demo_home" / "home.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One row of home.yaml, with the area and the device it stands under."""

    area: str | None
    device: str
    model: str
    row: dict[str, Any]

    @property
    def key(self) -> str:
        """Name the piece for those who move it."""
        return str(self.row["key"])


def read_table() -> tuple[Piece, ...]:
    """Read home.yaml."""
    with HOME_TABLE.open(encoding="utf-8") as table:
        areas = yaml.safe_load(table)["areas"]
    return tuple(
        Piece(area=area["name"], device=device["name"], model=device["model"], row=row)
        for area in areas
        for device in area["devices"]
        for row in device["entities"]
    )
