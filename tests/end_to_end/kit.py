"""A Home Assistant of its own process, people who log in, and phones that are registered as real ones are."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from tools.demo.client import Client
from tools.demo.instance import ZONE, Instance, instance
from tools.demo.phone import Phone, Push, phone
from tools.demo.verify import DOMAIN

BEGIN = datetime(2026, 11, 24, 17, 0, tzinfo=ZONE)
"""A Tuesday, some hours from the quiet ones."""

MOST_STEPS = 400
"""Calls of the clock until something that was waited for is given up."""


class Person(Client):
    """Somebody who logs in with a name and a password, as a browser does."""

    def __init__(self, home: Instance, name: str) -> None:
        super().__init__(home)
        self.name = name

    async def live_here(self, admin: Client) -> Self:
        """Be given a user and a person by the administrator, and log in."""
        user = await admin.command({"type": "config/auth/create", "name": self.name, "group_ids": ["system-users"]})
        user_id, word = user["user"]["id"], self.name.lower()
        await admin.command(
            {
                "type": "config/auth_provider/homeassistant/create",
                "user_id": user_id,
                "username": word,
                "password": word,
            }
        )
        await admin.command({"type": "person/create", "name": self.name, "user_id": user_id})
        page = f"{self._instance.url}/"
        flow = await self.post(
            "/auth/login_flow", {"client_id": page, "handler": ["homeassistant", None], "redirect_uri": page}
        )
        done = await self.post(
            f"/auth/login_flow/{flow['flow_id']}", {"client_id": page, "username": word, "password": word}
        )
        grant = {"grant_type": "authorization_code", "code": done["result"], "client_id": page}
        self._token = (await self.request("POST", "/auth/token", data=grant))["access_token"]
        return self


@dataclass
class Home:
    """A running home whose clock a test moves."""

    admin: Client
    phones: list[Phone]
    now: datetime = BEGIN
    events: list[dict[str, Any]] = field(default_factory=list)
    """What the integration said on the bus, in order."""
    calls: list[str] = field(default_factory=list)
    """Actions that were called, without those of the notifier."""

    async def forward(self, minutes: float, *changes: tuple[str, Any]) -> None:
        """Move furniture now, then let time pass."""
        until = self.now + timedelta(minutes=minutes)
        rows = [{"at": self.now.isoformat(), "key": key, "value": value} for key, value in changes]
        for _ in range(MOST_STEPS):
            answer = await self.admin.act(
                "demo_home.advance", {"until": until.isoformat(), "changes": rows}, response=True
            )
            rows = rows[answer["done"] :]
            self.now = datetime.fromisoformat(answer["now"]).astimezone(ZONE)
            for event in answer["events"]:
                if event["event"] == "call_service":
                    self.calls.append(f"{event['data']['domain']}.{event['data']['service']}")
                else:
                    self.events.append(event["data"])
            if self.now >= until:
                return
        raise AssertionError(f"the clock stands at {self.now}")

    async def state(self, entity_id: str) -> str:
        """Return a state as the API tells it."""
        return str((await self.admin.get(f"/api/states/{entity_id}"))["state"])

    async def becomes(self, entity_id: str, wanted: str) -> None:
        """Wait in real time for a state; it follows a tap by itself."""
        async with asyncio.timeout(15):
            while await self.state(entity_id) != wanted:  # noqa: ASYNC110 - the other process gives no other sign
                await asyncio.sleep(0.05)
        await self.forward(0.1)

    def said(self) -> list[str]:
        """Return type and kind of every line of the account."""
        return [f"{event['type']} {event['kind']}" for event in self.events]


async def until(holds: Callable[[], bool]) -> None:
    """Wait in real time for what the process does by itself."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - the other process gives no other sign
            await asyncio.sleep(0.02)


@asynccontextmanager
async def running(*others: str) -> AsyncIterator[Home]:
    """Start a home in which Alex and some others live, and set the integration up as a user does.

    Alex has an Android phone, the others have iPhones.
    """
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    async with AsyncExitStack() as stack:
        process = await stack.enter_async_context(instance(port))
        admin = await stack.enter_async_context(Client(process))
        await process.start(BEGIN)
        await admin.until_running()
        await admin.onboard()
        await admin.until_running()
        await admin.set_up("demo_home")
        people: list[Client] = [admin]
        for name in others:
            someone = await stack.enter_async_context(Person(process, name))
            people.append(await someone.live_here(admin))
        phones = []
        for number, person in enumerate(people):
            device = await stack.enter_async_context(
                phone(person, name=f"Phone {number}", device_id=f"phone-{number}", apple=number > 0)
            )
            await device.register()
            await device.locate(home=True)
            phones.append(device)
        await admin.set_up(DOMAIN)
        await _set(admin, kinds={"helpfulness": 1}, expert={"engine": "table"})
        home = Home(admin=admin, phones=phones)
        await home.forward(12)
        yield home


async def _set(admin: Client, **wanted: dict[str, Any]) -> None:
    """Set options as the form does: judge by the table, which does not change with the model that ships."""
    path = "/api/config/config_entries/options/flow"
    form = await admin.post(path, {"handler": await admin.entry_id(DOMAIN)})
    # What the form shows filled in is sent back as it is.
    sections = {
        row["name"]: {
            field["name"]: field["description"]["suggested_value"]
            for field in row["schema"]
            if "suggested_value" in (field.get("description") or {})
        }
        for row in form["data_schema"]
        if row["type"] == "expandable"
    }
    for name, values in wanted.items():
        sections[name] |= values
    done = await admin.post(f"{path}/{form['flow_id']}", sections)
    assert done["type"] == "create_entry", done


def shown(device: Phone) -> list[Push]:
    """Return what stands on a phone: the last of each thread, without those that were cleared."""
    found: dict[str, Push] = {}
    for push in device.inbox:
        found.pop(push.tag, None)
        if not push.clears:
            found[push.tag] = push
    return list(found.values())


def action(push: Push, words: str) -> str:
    """Return the id of a button by what it says."""
    return next(action for action, said in push.buttons if said == words)
