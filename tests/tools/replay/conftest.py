"""Scenes small enough to live in a test, and an instance process of our own."""

import importlib.util
import socket
from datetime import UTC, datetime

import pytest

from tools.replay.scene import Answer, Matter, Offered, Person, Scene
from tools.sensing.fittings import Fitting
from tools.sensing.tracks import Track

collect_ignore_glob = (
    [] if importlib.util.find_spec("matplotlib") and importlib.util.find_spec("aiohttp") else ["test_*"]
)

WINDOW, LAMP, MOTION, PERSON = "window:kitchen", "light:living_room", "motion:kitchen", "person:0"


class Ready:
    """Answers everything the same way, five minutes later."""

    def __init__(self, reply: str = "accepted") -> None:
        self.reply = reply
        self.asked: list[Offered] = []

    def answer(self, offered: Offered) -> Answer | None:
        """Return the one answer."""
        self.asked.append(offered)
        return Answer(reply=self.reply, after=5.0, about=offered.at - 1, over=offered.at + 60)

    def free(self, minute: float) -> float | None:
        """Return the minute itself."""
        return minute

    def phone(self) -> list[tuple[float, str]]:
        """Tell that the phone lies about."""
        return [(0.0, "idle")]

    def welcome(self, minute: float) -> float | None:
        """Return that any moment will do."""
        del minute
        return 0.9


def make_scene(mind: Ready | None = None, *, minutes: float = 900.0, open_at: float = 720.0) -> Scene:
    """Return a kitchen whose window is left open at noon of a Tuesday, and somebody at home."""
    fittings = {
        WINDOW: Fitting(key=WINDOW, domain="binary_sensor", name="Kitchen window", device_class="window"),
        LAMP: Fitting(key=LAMP, domain="light", name="Living room light", platform="hue"),
        MOTION: Fitting(key=MOTION, domain="binary_sensor", name="Kitchen motion", device_class="motion"),
        PERSON: Fitting(key=PERSON, domain="person", name="Resident", platform="person", detail="0"),
    }
    tracks = {key: Track(key, "home" if key == PERSON else "off") for key in fittings}
    tracks[WINDOW].hold(open_at, minutes, "on")
    at = open_at - 120
    while at < minutes:
        tracks[MOTION].hold(at, at + 1, "on")
        at += 4
    return Scene(
        name="a kitchen",
        start=datetime(2026, 11, 24, tzinfo=UTC),
        minutes=minutes,
        fittings=fittings,
        tracks=tracks,
        people=(Person(member=0, key=PERSON),),
        minds={0: mind or Ready()},
        matters=(
            Matter(kind="opening_left", subjects=frozenset({WINDOW}), began=open_at, created=open_at + 5, over=minutes),
        ),
    )


@pytest.fixture
def free_port(socket_enabled: None) -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
