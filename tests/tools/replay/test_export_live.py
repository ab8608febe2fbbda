"""A running home is exported: its names stay with it, and what left can be lived again."""

import asyncio
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from assistant.enums import Room
from tools.replay import start
from tools.replay.command import Wish, run
from tools.replay.connection import Connection
from tools.replay.export import export
from tools.replay.start import own_instance
from tools.replay.trace import read_scene

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("socket_enabled")]

WHO = "Lieselotte"


async def _furnish(home: Connection) -> None:
    """Put in somebody with a phone, a window, an area and a zone, all of them with her name."""
    owner = (await home.command("auth/current_user"))["id"]
    await home.command("zone/create", name=f"{WHO}s Büro", latitude=10.0, longitude=10.0, radius=500)
    area = await home.command("config/area_registry/create", name=f"{WHO}s Schlafzimmer")
    hook = await home.post(
        "/api/mobile_app/registrations",
        {
            "app_id": "x", "app_name": "x", "app_version": "1", "device_name": f"{WHO}s Telefon", "device_id": "l",
            "manufacturer": "x", "model": "x", "os_name": "x", "os_version": "1", "supports_encryption": False,
        },
    )  # fmt: skip
    path = f"/api/webhook/{hook['webhook_id']}"
    fenster = {
        "type": "binary_sensor", "unique_id": "fenster", "name": f"Fenster {WHO}", "device_class": "window",
        "state": False,
    }  # fmt: skip
    await home.post(path, {"type": "register_sensor", "data": fenster})
    gps = {"gps": [10.0, 10.0], "gps_accuracy": 5, "battery": 80}
    await home.post(path, {"type": "update_location", "data": gps})
    trackers = [s["entity_id"] for s in await home.get("/api/states") if s["entity_id"].startswith("device_tracker.")]
    await home.command("person/create", name=f"{WHO} Zimmermann", user_id=None, device_trackers=trackers)
    for row in await home.command("config/device_registry/list"):
        if row["name"] and WHO in row["name"]:
            await home.command("config/device_registry/update", device_id=row["id"], area_id=area["area_id"])
    open_ = {"type": "binary_sensor", "unique_id": "fenster", "state": True}
    await home.post(path, {"type": "update_sensor_states", "data": [open_]})
    for entity_id, state, attributes in (
        ("media_player.lieselottes_radio", "playing", {"media_title": f"Lied an {WHO}", "source": WHO}),
        ("sensor.lieselottes_notiz", f"{WHO} kommt um drei", {}),
        ("sensor.lieselottes_kuehltruhe", "-18.5", {"device_class": "temperature", "unit_of_measurement": "°C"}),
    ):
        named = {"friendly_name": f"Von {WHO}", **attributes}
        await home.post(f"/api/states/{entity_id}", {"state": state, "attributes": named})
    assert owner


async def _names(home: Connection) -> set[str]:
    """Return every name that the instance knows, in small letters."""
    states = await home.get("/api/states")
    found = {state["entity_id"] for state in states}
    found |= {state["entity_id"].split(".")[1] for state in states if "lieselotte" in state["entity_id"]}
    found |= {str(s["attributes"].get("friendly_name", "")) for s in states if s["entity_id"] != "zone.home"}
    found |= {row["name"] for row in await home.command("config/area_registry/list")}
    found |= {row["name"] or "" for row in await home.command("config/device_registry/list")}
    found |= {row["name"] for row in await home.command("config/auth/list")}
    found |= {person["name"] for person in (await home.command("person/list"))["storage"]}
    found |= {(await home.get("/api/config"))["location_name"], home.token, WHO, "Zimmermann", "Büro", "Telefon"}
    # A fresh instance's own "Bedroom" is the word of the role too.
    return {name.lower() for name in found if name} - {"sun", *(room.value for room in Room)}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def _exported(port: int, path: Path) -> set[str]:
    async with own_instance(port, 1) as (instance, token), Connection(instance.url, token) as home:
        await home.open()
        await _furnish(home)
        for _ in range(60):  # until the recorder has written
            await export(instance.url, token, 1, path)
            if any(line.get("state") == "on" for line in _lines(path)):
                break
            await asyncio.sleep(1)
        return await _names(home)


def test_no_name_leaves_a_running_home_and_its_days_can_be_lived(
    free_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = f"{start._CONFIGURATION}recorder:\n  commit_interval: 1\nhistory:\n"
    monkeypatch.setattr(start, "_CONFIGURATION", kept)
    path = tmp_path / "day.jsonl"
    names = asyncio.run(_exported(free_port, path))
    assert "binary_sensor.lieselottes_telefon_fenster_lieselotte" in names
    # Words beyond ASCII may be escaped in JSON: what is looked at is what a reader gets.
    lines = _lines(path)
    read = json.dumps(lines, ensure_ascii=False).lower()
    assert {name for name in names if name in read} == set()

    scene = read_scene(path)
    assert {"window:bedroom", "media_player", "temperature", "person:0"} <= scene.fittings.keys()
    [window] = [line for line in lines if line.get("key") == "window:bedroom" and line.get("state") == "on"]
    assert window["at"] > 0
    assert any(line.get("state") == "not_home" for line in lines)

    run(Wish(in_process=True, trace=path, days=2, out=tmp_path / "out"), Console(file=StringIO()))
    assert (tmp_path / "out" / "report.html").exists()
