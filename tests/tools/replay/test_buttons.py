"""Taps of the pretend phone reach a real instance as its own app's do: do it, undo it, and a hand at the window."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tools.demo.phone import Push
from tools.replay import run
from tools.replay.inprocess import replay
from tools.replay.life import Life, buttons_of
from tools.replay.run import Request, live_at
from tools.replay.scene import Person, Scene
from tools.replay.start import library, own_instance

from .conftest import LAMP, MOTION, PERSON, WINDOW, Ready, make_scene
from .test_instance import belongings, console

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("socket_enabled")]

DAY = 1440


def days(count: int) -> Scene:
    """Return days on which a window is left open in the morning, and a lamp behind an owner who leaves at two."""
    scene = make_scene(Ready("accepted"), minutes=count * DAY, open_at=count * DAY * 2)
    for day in range(count):
        at = day * DAY
        scene.tracks[WINDOW].hold(at + 600, at + 780, "on")
        for minute in range(480, 800, 4):
            scene.tracks[MOTION].hold(at + minute, at + minute + 1, "on")
        scene.tracks[LAMP].hold(at + 780, at + 1000, "on")
        scene.tracks[PERSON].hold(at + 840, at + 960, "not_home")
    scene.matters = ()
    return scene


def undoing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the owner take back whatever was done, a little later."""
    usual, tasks = Life.pushed, set[asyncio.Task[None]]()

    def pushed(self: Life, person: Person, push: Push) -> None:
        usual(self, person, push)
        buttons: Mapping[str, str] = buttons_of(push)
        if "UNDO" in buttons:

            async def undo() -> None:
                await self._until(self.port.now + 2)
                await self.port.press(person, push, buttons["UNDO"])

            tasks.add(asyncio.get_running_loop().create_task(undo()))

    monkeypatch.setattr(Life, "pushed", pushed)


def held_to(lines: list[dict[str, Any]]) -> None:
    """Check that the window was closed by hand, and the lamp switched off by a tap and on again by another."""
    assert WINDOW in [line["key"] for line in lines if line["is"] == "hand"]
    acts = [line["service"] for line in lines if line["is"] == "act" and line["key"] == LAMP]
    assert acts[:2] == ["light.turn_off", "light.turn_on"]
    ends = [(line["kind"], line["type"]) for line in lines if line["is"] == "end"]
    assert {("opening_left", "accepted"), ("leave_home", "executed"), ("leave_home", "undone")} <= set(ends)


def test_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    undoing(monkeypatch)
    held_to(replay(days(1)).lines)


@pytest.mark.skipif(library() is None, reason="a day takes a day without libfaketime")
async def test_at_an_instance_of_its_own(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    undoing(monkeypatch)
    monkeypatch.setattr(run, "scene_of", lambda _request, *, spare=0: days(2 + spare))
    async with own_instance(free_port, 600) as (home, token):
        before = await belongings(home.url, token)
        ended = await live_at(Request(days=1.2, persona=1), home.url, token, console(), home)
        assert await belongings(home.url, token) == before
    held_to(ended.journal.lines)
