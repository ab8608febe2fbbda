"""A replay at a real instance process: it comes in only where it may, and leaves nothing behind, whatever happens."""

import asyncio
from collections.abc import Awaitable, Callable
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from tools.replay import remote, run
from tools.replay.connection import Connection, RefusedError
from tools.replay.errors import InstanceGoneError, NotATestInstanceError, ReplayError
from tools.replay.run import Request, clean_up, live_at
from tools.replay.scene import Scene
from tools.replay.start import FastInstance, own_instance
from tools.replay.visit import checked

from .conftest import make_scene

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("socket_enabled")]

SECONDS = 12
"""Real seconds that a replay here lasts."""


@pytest.fixture(autouse=True)
def _kitchen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Live in a small kitchen: what is tried here is the coming and going."""

    def scene_of(_request: Request, *, spare: int = 0) -> Scene:
        return make_scene(minutes=(spare + 2) * 1440, open_at=(spare + 1) * 1440)

    monkeypatch.setattr(run, "scene_of", scene_of)


def wish(seconds: float = SECONDS) -> Request:
    return Request(days=seconds / 86_400, persona=1)


def console() -> Console:
    return Console(file=StringIO(), width=200)


async def belongings(url: str, token: str) -> dict[str, Any]:
    """Return everything that a replay could leave lying about."""
    async with Connection(url, token) as connection:
        await connection.open()
        states = await connection.get("/api/states")
        entries = await connection.get("/api/config/config_entries/entry")
        return {
            "states": sorted(s["entity_id"] for s in states if not s["entity_id"].startswith("update.")),
            "entries": sorted((e["domain"], e["title"]) for e in entries),
            "entities": sorted(e["entity_id"] for e in await connection.command("config/entity_registry/list")),
            "devices": len(await connection.command("config/device_registry/list")),
            "people": len((await connection.command("person/list"))["storage"]),
            "users": sorted(u["name"] for u in await connection.command("config/auth/list")),
            "notify": sorted((await connection.command("get_services")).get("notify", {})),
        }


async def test_it_leaves_an_instance_as_it_found_it_and_stays_out_of_a_home(free_port: int) -> None:
    async with own_instance(free_port, 1) as (home, token):
        before = await belongings(home.url, token)
        with pytest.raises(RefusedError, match="refuses the token"):
            await live_at(wish(), home.url, "not-a-token", console())
        assert await belongings(home.url, token) == before

        ended = await live_at(wish(), home.url, token, console(), home)
        assert ended.gone
        assert 0.5 < ended.speed < 2
        assert await belongings(home.url, token) == before

        # Kept on purpose, and taken away by the next command.
        kept = Request(days=wish().days, persona=1, keep=True, known_test=True)
        await live_at(kept, home.url, token, console(), home)
        assert await belongings(home.url, token) != before
        await clean_up(home.url, token, console())
        after = await belongings(home.url, token)
        assert ("mobile_app", "Replay phone") not in after["entries"]
        assert after["users"] == before["users"]
        assert not [item for item in after["states"] if ".replay_" in item]

        async with Connection(home.url, token) as connection:
            await connection.open()
            await connection.post(
                "/api/mobile_app/registrations",
                {
                    "app_id": "x", "app_name": "x", "app_version": "1", "device_name": "Anna's phone",
                    "device_id": "anna", "manufacturer": "x", "model": "x", "os_name": "x", "os_version": "1",
                    "supports_encryption": False,
                },
            )  # fmt: skip
            with pytest.raises(NotATestInstanceError, match=r"phone registered.*--yes-this-is-a-test-instance"):
                await checked(connection, known_test=False)
            assert await checked(connection, known_test=True)
    assert not home.config.exists()


async def while_living(home: FastInstance, token: str, deed: Callable[[], Awaitable[None]]) -> run.Ended:
    """Live, and do something to the instance a few seconds later."""

    async def later() -> None:
        async with Connection(home.url, token) as connection:
            for _ in range(600):  # it lives once its home is there and the assistant knows its resident
                states = await connection.get("/api/states")
                known = await connection.get("/api/config/config_entries/entry?domain=proactive_assistant")
                if known and any("replay_window" in state["entity_id"] for state in states):
                    break
                await asyncio.sleep(0.3)
        await asyncio.sleep(SECONDS / 2)
        await deed()

    doing = asyncio.create_task(later())
    try:
        return await live_at(wish(SECONDS * 4), home.url, token, console(), home)
    finally:
        await doing


async def test_an_instance_that_dies_ends_the_replay_with_one_clear_line(
    free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "BACK", 3.0)
    async with own_instance(free_port, 1) as (home, token):

        async def die() -> None:
            assert home._process is not None
            home._process.kill()

        with pytest.raises(InstanceGoneError, match="no Home Assistant answers at"):
            await while_living(home, token, die)
    assert not home.config.exists()


async def test_an_instance_that_restarts_is_waited_for_and_left_as_it_was(free_port: int) -> None:
    async with own_instance(free_port, 1) as (home, token):
        before = await belongings(home.url, token)

        async def restart() -> None:
            await home.stop()
            await home.start()

        ended = await while_living(home, token, restart)
        assert ended.restarts >= 1
        assert "reconnected" in [line["is"] for line in ended.journal.lines]
        assert await belongings(home.url, token) == before


async def test_another_version_is_named_and_nothing_is_touched(free_port: int) -> None:
    async with own_instance(free_port, 1) as (home, token):
        await home.stop()
        home.words = ("--version-shown", "2025.3.1")
        await home.start()
        async with Connection(home.url, token) as connection:
            for _ in range(600):
                try:
                    if (await connection.get("/api/config"))["state"] == "RUNNING":
                        break
                except ReplayError:
                    pass
                await asyncio.sleep(0.2)
        before = await belongings(home.url, token)
        with pytest.raises(ReplayError, match=r"runs Home Assistant 2025\.3\.1.*2026\.10"):
            await live_at(wish(), home.url, token, console())
        assert await belongings(home.url, token) == before


async def test_an_address_where_nothing_answers_is_said_so(free_port: int) -> None:
    with pytest.raises(InstanceGoneError, match="no Home Assistant answers"):
        await live_at(wish(), f"http://127.0.0.1:{free_port}", "token", console())
