"""What a replay looks at before it comes in, and what it leaves behind when it goes: nothing."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from .connection import Connection, RefusedError
from .errors import NotATestInstanceError, ReplayError

DOMAIN: Final = "proactive_assistant"
OLDEST: Final = (2026, 10)
"""The oldest Home Assistant that the integration runs on."""
PHONE: Final = "Replay phone"
PERSON: Final = "Replay resident"
MARK: Final = "replay_"
"""Every pushed entity has it in front of its object id."""

_HARMLESS: Final = frozenset(
    {
        "analytics", "backup", "bluetooth", "demo", "demo_home", "derivative", "dhcp", "generic_thermostat", "go2rtc",
        "google_translate", "group", "hassio", "integration", "kitchen_sink", "local_calendar", "local_todo", "met",
        "min_max", "mobile_app", "onboarding", "proactive_assistant", "radio_browser", "random", "season",
        "shopping_list", "sun", "template", "threshold", "time_date", "utility_meter", "workday",
    }
)  # fmt: skip
"""Integrations that a fresh or a test instance has too; any other says that things of a real home are connected."""
_MOST_AUTOMATIONS: Final = 3
_MOST_PEOPLE: Final = 2


async def checked(connection: Connection, *, known_test: bool) -> dict[str, Any]:
    """Return the instance's configuration if a replay may come in.

    Raises InstanceGoneError, RefusedError for a bad token, ReplayError for a version or state the replay cannot work
    with, and NotATestInstanceError when it looks like somebody's home.
    """
    await connection.get("/api/")
    config: dict[str, Any] = await connection.get("/api/config")
    version = str(config.get("version", ""))
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if len(numbers) < len(OLDEST) or numbers < OLDEST:
        raise ReplayError(
            f"{connection.url} runs Home Assistant {version or 'of no version'}; the integration needs "
            f"{'.'.join(map(str, OLDEST))} or newer"
        )
    if config.get("state") != "RUNNING":
        raise ReplayError(f"{connection.url} is still starting or stopping; try again when it runs")
    missing = {"mobile_app", "webhook", "websocket_api"} - set(config.get("components", ()))
    if missing:
        raise ReplayError(f"{connection.url} lacks {', '.join(sorted(missing))}, which the pretend phone needs")
    user = await connection.command("auth/current_user")
    if not user.get("is_admin"):
        raise RefusedError(f"the token at {connection.url} is not an administrator's, which setting up a home needs")
    if not known_test and (found := await signs(connection)):
        raise NotATestInstanceError(
            f"{connection.url} looks like somebody's home ({'; '.join(found)}). A replay moves its presence, its "
            "devices and its messages. If it really is for tests, add --yes-this-is-a-test-instance"
        )
    return config


async def signs(connection: Connection) -> list[str]:
    """Return what speaks for somebody living with this instance."""
    entries = await connection.get("/api/config/config_entries/entry")
    states = await connection.get("/api/states")
    real = sorted({entry["domain"] for entry in entries if entry["domain"] not in _HARMLESS})
    phones = [
        entry["title"] for entry in entries if entry["domain"] == "mobile_app" and not entry["title"].startswith(PHONE)
    ]
    domains = [state["entity_id"].split(".")[0] for state in states]
    found = []
    if real:
        found.append(f"it has {', '.join(real[:5])}{' and more' if len(real) > 5 else ''}")
    if phones:
        found.append(f"{len(phones)} phone{'s' if len(phones) > 1 else ''} registered")
    if domains.count("automation") > _MOST_AUTOMATIONS:
        found.append(f"{domains.count('automation')} automations")
    if domains.count("person") > _MOST_PEOPLE:
        found.append(f"{domains.count('person')} people")
    return found


async def clean(connection: Connection, pushed: Sequence[str] = ()) -> list[str]:
    """Take away everything of a replay that is there, also of one that was cut short; return what it was."""
    gone: list[str] = []
    for entity_id in {*pushed, *await _marked(connection)}:
        with suppress(RefusedError):
            await connection.delete(f"/api/states/{entity_id}")
            gone.append(entity_id)
    people = [person for person in (await connection.command("person/list"))["storage"] if person["name"] == PERSON]
    await _forget_residents(connection, gone)
    for entry in await connection.get("/api/config/config_entries/entry?domain=mobile_app"):
        if entry["title"].startswith(PHONE):
            await connection.delete(f"/api/config/config_entries/entry/{entry['entry_id']}")
            gone.append(entry["title"])
    for person in people:
        await connection.command("person/delete", person_id=person["id"])
        gone.append(PERSON)
    for user in await connection.command("config/auth/list"):
        if user["name"] == PERSON:
            await connection.command("config/auth/delete", user_id=user["id"])
            gone.append(f"user {PERSON}")
    return gone


async def _marked(connection: Connection) -> list[str]:
    states = await connection.get("/api/states")
    registered = {row["entity_id"] for row in await connection.command("config/entity_registry/list")}
    return [
        state["entity_id"]
        for state in states
        if state["entity_id"].split(".")[1].startswith(MARK) and state["entity_id"] not in registered
    ]


async def _forget_residents(connection: Connection, gone: list[str]) -> None:
    for entry in await connection.get(f"/api/config/config_entries/entry?domain={DOMAIN}"):
        found = await connection.command("config_entries/subentries/list", entry_id=entry["entry_id"])
        for subentry in found:
            if subentry["title"] == PERSON:
                await connection.command(
                    "config_entries/subentries/delete",
                    entry_id=entry["entry_id"],
                    subentry_id=subentry["subentry_id"],
                )
                gone.append(f"resident {PERSON}")
