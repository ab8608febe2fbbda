"""Let the fortnight pass: furniture, phone and resident on one agenda, the clock in Home Assistant's hands."""

import asyncio
import heapq
import itertools
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from tools.demo.account import Account
from tools.demo.client import Client
from tools.demo.facts import Facts
from tools.demo.household import Change
from tools.demo.instance import ZONE
from tools.demo.naming import Naming
from tools.demo.phone import Phone, Push
from tools.demo.resident import Answer, Reply, Resident, overtaken
from tools.demo.tally import Tally
from tools.demo.trace import AWAY, Trace

# The bar moves at least this often.
_STRIDE: Final = timedelta(hours=1)
# Real seconds between two strides when the days are played slowly.
_FRAME: Final = 0.25
# A phone notices a minute late that it has left a zone, and at once that its owner is at the door.
_ZONE_LAG: Final = timedelta(minutes=1)

type Deed = Callable[[datetime], Awaitable[None]]


class Replay:
    """The driver outside Home Assistant."""

    def __init__(self, client: Client, phone: Phone, resident: Resident, account: Account, speed: float) -> None:
        self._client = client
        self._phone = phone
        self._resident = resident
        self._account = account
        self._speed = speed
        self._agenda: list[tuple[datetime, int, Deed]] = []
        self._order = itertools.count()
        self._kinds: dict[str, str] = {}  # situation → kind
        self._showing: dict[str, Push] = {}  # what stands on the phone, by tag
        self._naming = Naming({}, {})
        self._plan: deque[Change] = deque()
        self.tally = Tally(resident.trace)
        self.facts = Facts(resident.trace)
        self.now = resident.trace.start

    def _at(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), deed))

    async def run(self, plan: Iterable[Change], end: datetime) -> None:
        """Play everything up to the end."""
        self._plan = deque(plan)
        trace = self._resident.trace
        self._follow(trace)
        self._naming = await Naming.ask(self._client)
        begin = self.now
        with self._account.replaying(begin, end):
            while self.now < end:
                await self._advance(end)
                self._account.reached(self.now, begin)

    def _follow(self, trace: Trace) -> None:
        """Put the phone's own life on the agenda: where it is (by the labels), and its charger at the bed."""
        for span in trace.labels:
            if span.name == AWAY:
                self._at(span.start + _ZONE_LAG, self._locator(home=False))
                self._at(span.end, self._locator(home=True))
        for span in trace.sensors:
            if span.name == "Bed":
                self._at(span.start, self._charger(charging=True))
                self._at(span.end, self._charger(charging=False))

    def _locator(self, *, home: bool) -> Deed:
        async def deed(_at: datetime) -> None:
            await self._phone.locate(home=home)

        return deed

    def _charger(self, *, charging: bool) -> Deed:
        async def deed(_at: datetime) -> None:
            await self._phone.charge(charging=charging)

        return deed

    async def _advance(self, end: datetime) -> None:
        """Go to the next thing that happens outside Home Assistant, or until it says something."""
        stride = _STRIDE if not self._speed else timedelta(seconds=self._speed * _FRAME)
        until = min(self.now + stride, end)
        if self._agenda:
            until = min(until, max(self._agenda[0][0], self.now))
        changes = list(itertools.takewhile(lambda change: change.at <= until, self._plan))
        begun = time.perf_counter()
        answer = await self._client.act(
            "demo_home.advance",
            {
                "until": until.isoformat(),
                "changes": [
                    {"at": change.at.isoformat(), "key": change.key, "value": change.value} for change in changes
                ],
            },
            response=True,
        )
        for _done in range(answer["done"]):
            self._plan.popleft()
        self.now = datetime.fromisoformat(answer["now"]).astimezone(ZONE)
        for event in answer["events"]:
            self._hear(event)
        for push in self._phone.take():
            self._receive(push)
        while self._agenda and self._agenda[0][0] <= self.now:
            _at, _order, deed = heapq.heappop(self._agenda)
            await deed(self.now)
        if self._speed:
            await asyncio.sleep(max(0.0, _FRAME - (time.perf_counter() - begun)))

    def _hear(self, event: Mapping[str, Any]) -> None:
        at, data = datetime.fromisoformat(event["at"]).astimezone(ZONE), event["data"]
        if event["event"] == "call_service":
            self._account.action(at, data)
            return
        situation = data["situation"]
        self._kinds[situation] = data["kind"]
        about = self._naming.words(situation, data["kind"])
        self.tally.count(at, data)
        self.facts.count(at, data, about)
        self._account.decision(at, data, about)

    def _receive(self, push: Push) -> None:
        self._account.push(self.now, push)
        if push.clears:
            self._showing.pop(push.tag, None)
            return
        # The tag is the situation behind a prefix.
        situation = next((known for known in self._kinds if push.tag.endswith(known)), None)
        if not push.asks or situation is None:
            return
        self.facts.push(situation, push)
        asked_already = push.tag in self._showing
        self._showing[push.tag] = push
        self.tally.pushes += 1
        if asked_already:
            return
        answer = self._resident.answer(self._kinds[situation], situation, self._naming.key(situation), self.now)
        if answer.reply is not Reply.NOTHING:
            self._at(answer.at, self._replier(push.tag, answer))

    def _replier(self, tag: str, answer: Answer) -> Deed:
        async def deed(at: datetime) -> None:
            await self._reply(tag, answer, at)

        return deed

    async def _reply(self, tag: str, answer: Answer, at: datetime) -> None:
        """Answer what the phone still shows; what it no longer shows has been settled."""
        if (push := self._showing.pop(tag, None)) is None:
            return
        if answer.hands:
            rest = [change for change in self._plan if not overtaken(change, answer.hands)]
            self._plan = deque(sorted([*rest, *answer.hands], key=lambda change: change.at))
        if answer.reply is Reply.BY_HAND:
            self._account.answer(at, answer.mind, "does it by hand")
            return
        action, words = button(push, answer.reply)
        self._account.answer(at, answer.mind, f"presses “{words}”")
        await self._phone.press(push, action)


def button(push: Push, reply: Reply) -> tuple[str, str]:
    """Find the button for a reply, as action id and words: do it comes first, the others say their name."""
    return next((row for row in push.buttons if row[1].lower() == reply), push.buttons[0])
