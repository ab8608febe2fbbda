"""One run of the demo, from an empty folder to the summary."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console

from tools.demo import furniture, trace, verify
from tools.demo.account import Account
from tools.demo.client import Client
from tools.demo.facts import Facts
from tools.demo.household import Household
from tools.demo.instance import ZONE, Instance, instance
from tools.demo.keep import keep
from tools.demo.phone import DEVICE, Phone, phone
from tools.demo.replay import Replay
from tools.demo.resident import Resident
from tools.demo.trace import Trace
from tools.demo.verify import DOMAIN

# Home Assistant is up, and the integration past its first silent minutes, before the first sensor speaks.
_HEAD_START: Final = timedelta(minutes=30)
_SEED: Final = 2


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line asks for."""

    days: int
    speed: float
    keep: bool
    port: int
    table: Path | None = None
    """Folder for the table of every suggestion."""


async def run(options: Options, console: Console) -> bool:
    """Play the demo; say whether every promise was kept."""
    account = Account(console)
    now = datetime.now(UTC)
    fortnight = trace.place(trace.load(), now, ZONE)
    days = trace.first_days(fortnight, options.days)
    end = min(fortnight.end, midnight_after(fortnight, options.days))
    account.say(
        "[bold]Recorded days of a real home[/] (Ordóñez A, CC BY 4.0), "
        f"played as {days.start:%d %B} to {end:%d %B %Y};\n"
        f"{len(days.sensors)} sensor events, {len(days.labels)} labels for checking only "
        f"({fortnight.repaired} of the recording's labels ended before they began and were repaired)."
    )
    async with instance(options.port) as home, Client(home) as client, phone(client) as device:
        begin = days.start - _HEAD_START
        await set_up(home, client, device, begin, account)
        replay = Replay(client, device, Resident(days, _SEED), account, options.speed)
        replay.now = begin
        begun = time.perf_counter()
        await replay.run(furniture.plan(Household(days, _SEED)), end)
        took = time.perf_counter() - begun
        account.say(f"played in {took:.0f} s; restarting Home Assistant to compare its state …")
        checks = [
            *replay.tally.checks(),
            *await verify.restart(home, client, replay.now),
            verify.clean_log(home),
        ]
        account.summary(replay.tally, checks)
        if options.table is not None:
            await asyncio.to_thread(_write_table, replay.facts, home.config, options.table)
            account.say(f"every suggestion with its facts: {options.table}")
        if options.keep:
            await keep(home, client, device, account)
        return all(check.kept for check in checks)


def _write_table(facts: Facts, config: Path, folder: Path) -> None:
    facts.look_up(verify.stored(config))
    facts.write(folder)


def midnight_after(fortnight: Trace, days: int) -> datetime:
    """Give the end of the n-th day."""
    first = fortnight.start.replace(hour=0, minute=0, second=0, microsecond=0)
    return first + timedelta(days=days)


async def set_up(home: Instance, client: Client, device: Phone, begin: datetime, account: Account) -> None:
    """Start Home Assistant and walk through everything a new user clicks."""
    begun = time.perf_counter()
    account.say(f"starting Home Assistant at {home.url} …")
    await home.start(begin)
    await client.until_running()
    await client.onboard()
    await client.until_running()
    await client.set_up("demo_home")
    await device.register()
    await device.locate(home=True)
    first = await client.set_up(DOMAIN)
    account.say(f"{DEVICE} is registered; the integration's config flow found:")
    for name, value in (first.get("description_placeholders") or {}).items():
        account.say(f"  {name}: {value}")
    account.say(f"set up in {time.perf_counter() - begun:.1f} s")
