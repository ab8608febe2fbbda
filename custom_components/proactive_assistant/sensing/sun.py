"""Where the sun stands, as Home Assistant's own integration says it."""

from dataclasses import dataclass
from typing import Final

from .home import Home, finite

ENTITY: Final = "sun.sun"

ASKANCE: Final = 70.0
"""Degrees between the sun and where a window looks beyond which it only grazes the pane."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sun:
    """The sun in degrees: above the horizon, and from north by east."""

    elevation: float
    azimuth: float
    sinking: bool
    """Whether it is past its highest."""

    def faces(self, facade: float) -> bool:
        """Return whether it shines on a façade that looks that way."""
        return abs((self.azimuth - facade + 180) % 360 - 180) <= ASKANCE


def sun(home: Home) -> Sun | None:
    """Return where the sun stands; None while nobody says so."""
    state = home.state(ENTITY)
    if state is None:
        return None
    elevation, azimuth = (finite(state.attributes.get(key)) for key in ("elevation", "azimuth"))
    if elevation is None or azimuth is None:
        return None
    return Sun(elevation=elevation, azimuth=azimuth, sinking=state.attributes.get("rising") is False)
