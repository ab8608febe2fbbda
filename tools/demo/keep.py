"""`--keep`: Home Assistant goes on in the present, with something to look at, until Ctrl-C."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tools.demo.account import Account
from tools.demo.client import PASSWORD, USER, Client
from tools.demo.instance import ZONE, Instance
from tools.demo.naming import Naming
from tools.demo.phone import Phone, Push

# The present is entered by a run-up, so that a visitor finds a wash that has ended and a window that is still open.
_RUN_UP: Final = timedelta(minutes=100)
_DECISION: Final = "event.proactive_assistant_decision"
_SCENE: Final = (
    (4, "washer_door", False),
    (5, "washer", "running"),
    (5, "bed", False),
    (6, "sofa", True),
    (72, "washer", "finished"),
    (88, "bathroom_window", True),
)


async def keep(home: Instance, client: Client, device: Phone, account: Account) -> None:
    """Enter the present and stay until interrupted."""
    begin = datetime.now(UTC) - _RUN_UP
    await home.start(begin)
    await client.until_running()
    await device.locate(home=True)
    shown = await _enter_present(client, device, account, begin)
    account.say(
        f"\nHome Assistant runs at [bold]{home.url}[/], user [bold]{USER}[/], password [bold]{PASSWORD}[/].\n"
        "What the phone receives is printed here; type a button's number to press it. A hand moves the furniture by\n"
        "the action demo_home.move (key: kitchen_window, value: true). Ctrl-C ends it."
    )
    # Ctrl-C is the wish to end, not an error.
    with contextlib.suppress(asyncio.CancelledError), _typed() as numbers:
        await _watch(home, client, device, account, numbers, shown)


async def _enter_present(client: Client, device: Phone, account: Account, begin: datetime) -> Push | None:
    """Live through the run-up; return what stands on the phone at its end."""
    changes: list[dict[str, Any]] = [
        {"at": (begin + timedelta(minutes=after)).isoformat(), "key": key, "value": value}
        for after, key, value in _SCENE
    ]
    naming = await Naming.ask(client)
    shown: Push | None = None
    now = begin
    # The present moves on while it is being reached.
    while (real := datetime.now(UTC)) - now > timedelta(seconds=1):
        answer = await client.act("demo_home.advance", {"until": real.isoformat(), "changes": changes}, response=True)
        changes = changes[answer["done"] :]
        now = datetime.fromisoformat(answer["now"])
        for event in answer["events"]:
            if "kind" in event["data"]:
                data = event["data"]
                account.decision(now.astimezone(ZONE), data, naming.words(data["situation"], data["kind"]))
        for push in device.take():
            account.push(now.astimezone(ZONE), push)
            shown = None if push.clears else push
    return shown


async def _watch(
    home: Instance,
    client: Client,
    device: Phone,
    account: Account,
    numbers: asyncio.Queue[int],
    shown: Push | None,
) -> None:
    """Print pushes and what comes of replies, and press what is typed, for ever."""
    naming = await Naming.ask(client)
    last = ""
    while True:
        home.check()
        state = await client.get(f"/api/states/{_DECISION}")
        if last and state["state"] != last:
            about = state["attributes"]
            data = about | {"type": about["event_type"]}
            account.decision(datetime.now(ZONE), data, naming.words(about["situation"], about["kind"]))
        last = state["state"]
        for push in device.take():
            account.push(datetime.now(ZONE), push)
            shown = None if push.clears else push
        while not numbers.empty():
            number = numbers.get_nowait()
            if shown is not None and 0 < number <= len(shown.buttons):
                action, words = shown.buttons[number - 1]
                account.say(f"  you press “{words}”")
                await device.press(shown, action)
        await asyncio.sleep(0.3)


@contextlib.contextmanager
def _typed() -> Iterator[asyncio.Queue[int]]:
    """Give the numbers that are typed on a terminal; none where there is no terminal."""
    numbers: asyncio.Queue[int] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        line = sys.stdin.readline()
        if not line:
            loop.remove_reader(sys.stdin)
        elif line.strip().isdigit():
            numbers.put_nowait(int(line))

    if not sys.stdin.isatty():
        yield numbers
        return
    loop.add_reader(sys.stdin, read)
    try:
        yield numbers
    finally:
        loop.remove_reader(sys.stdin)
