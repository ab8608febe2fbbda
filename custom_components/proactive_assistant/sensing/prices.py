"""What electricity costs in the next hours, in the many ways in which integrations put it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import State

from .instants import instant
from .number import finite

_LISTS: Final = ("raw_today", "raw_tomorrow", "prices", "prices_today", "prices_tomorrow", "data", "rates", "forecast")
"""Attributes that hold a list of prices with their times; which one depends on the integration."""

_STARTS: Final = ("start", "start_time", "startsAt", "time", "hour", "from", "datetime")
_PRICES: Final = ("value", "price", "price_per_kwh", "value_inc_vat", "total", "electricity_price")
_MOST: Final = 400
_STEP: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """The price of a stretch of time, per kWh."""

    start: datetime
    end: datetime
    price: float


@dataclass(frozen=True, slots=True)
class Window:
    """The cheapest stretch of some hours, what is left of it costs, and what all hours ahead cost on average."""

    start: datetime
    end: datetime
    price: float
    usual: float


def slots(state: State) -> tuple[Slot, ...]:
    """Return the known prices of a sensor in order; what does not read is left out."""
    per = 1000.0 if str(state.attributes.get("unit_of_measurement")).endswith("/MWh") else 1.0
    found: dict[datetime, float] = {}
    for name in _LISTS:
        for start, price in _read(state.attributes.get(name)):
            found[start] = price / per
    starts = sorted(found)
    return tuple(
        Slot(start, min(end, start + _STEP), found[start])
        for start, end in zip(starts, [*starts[1:], *(start + _STEP for start in starts[-1:])], strict=True)
    )


def _read(items: object) -> Iterator[tuple[datetime, float]]:
    if not isinstance(items, list | tuple):
        return
    for item in items[:_MOST]:
        if not isinstance(item, Mapping):
            continue
        start = next((at for key in _STARTS if (at := instant(item.get(key))) is not None), None)
        price = next((value for key in _PRICES if (value := finite(item.get(key))) is not None), None)
        if start is not None and price is not None:
            yield start, price


def cheapest(prices: Iterable[Slot], now: datetime, hours: float, horizon: float) -> Window | None:
    """Return the cheapest stretch of some hours that ends within a horizon; None when too little is known.

    A stretch that has begun stays the one, at the price of what is left of it: the last of three cheap hours is cheap.
    """
    known = list(prices)
    until = now + timedelta(hours=horizon)
    ahead = [slot for slot in known if slot.end > now and slot.start < until]
    if sum((slot.end - slot.start).total_seconds() for slot in ahead) / 3600 < 2 * hours:
        # The cheapest of what is known is no bargain when nothing else is known.
        return None
    usual = _mean(ahead)
    earliest = now - timedelta(hours=hours)
    every = [slot for slot in known if slot.start > earliest and slot.start < until]
    runs = [run for index in range(len(every)) if (run := _run(every[index:], hours)) and run[-1].end > now]
    if not runs:
        return None
    best = min(runs, key=_mean)
    return Window(best[0].start, best[-1].end, _mean([slot for slot in best if slot.end > now]), usual)


def _run(ahead: list[Slot], hours: float) -> list[Slot]:
    """Return unbroken slots from the first on that fill some hours; none when they do not."""
    run: list[Slot] = []
    for slot in ahead:
        if run and slot.start != run[-1].end:
            return []
        run.append(slot)
        if (slot.end - run[0].start).total_seconds() >= hours * 3600:
            return run
    return []


def _mean(found: list[Slot]) -> float:
    seconds = [(slot.end - slot.start).total_seconds() for slot in found]
    return sum(slot.price * length for slot, length in zip(found, seconds, strict=True)) / max(1.0, sum(seconds))
