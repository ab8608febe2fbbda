"""The weather of the next hours, as Home Assistant's own weather entity forecasts it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.weather import WeatherEntityFeature
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from .instants import instant
from .number import celsius, finite

REFRESH: Final = timedelta(minutes=30)
STALE: Final = timedelta(hours=3)
"""A forecast that could not be renewed for so long says nothing any more."""

_KEPT: Final = 48
_INCH: Final = 25.4
_SERVED: Final = ((WeatherEntityFeature.FORECAST_HOURLY, "hourly"), (WeatherEntityFeature.FORECAST_DAILY, "daily"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What is forecast for an hour, or for a day."""

    start: datetime
    end: datetime
    probability: float | None = None
    """Percent."""
    millimetres: float | None = None
    condition: str | None = None
    highest: float | None = None
    """Highest temperature in °C."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """The spans ahead, and when they were asked for."""

    spans: tuple[Span, ...] = ()
    asked: datetime | None = None

    def within(self, now: datetime, hours: float) -> tuple[Span, ...]:
        """Return the spans that overlap the next hours; none when the forecast is stale."""
        if self.asked is None or not timedelta() <= now - self.asked <= STALE:
            return ()
        until = now + timedelta(hours=hours)
        return tuple(span for span in self.spans if span.start < until and span.end > now)

    def probability(self, now: datetime, hours: float) -> float | None:
        """Return the highest chance of rain in percent within some hours; None when it is not known."""
        found = [span.probability for span in self.within(now, hours) if span.probability is not None]
        return max(found, default=None)

    def conditions(self, now: datetime, hours: float) -> frozenset[str]:
        """Return the conditions forecast within some hours."""
        return frozenset(span.condition for span in self.within(now, hours) if span.condition is not None)

    def hottest(self, now: datetime) -> float | None:
        """Return how hot what is left of the local day becomes, in °C; None when it is not known.

        A day's span may begin at midnight here or in Greenwich, or at noon: a third into it is always the day it means.
        """
        today = dt_util.as_local(now).date()
        found = [
            span.highest
            for span in self.within(now, 24)
            if span.highest is not None and dt_util.as_local(span.start + (span.end - span.start) / 3).date() == today
        ]
        return max(found, default=None)

    def millimetres(self, now: datetime, hours: float) -> float:
        """Return the rain forecast within some hours; of a span that reaches beyond them its share."""
        total = 0.0
        until = now + timedelta(hours=hours)
        for span in self.within(now, hours):
            length = (span.end - span.start).total_seconds()
            inside = (min(span.end, until) - max(span.start, now)).total_seconds()
            total += (span.millimetres or 0.0) * (inside / length if length > 0 else 0.0)
        return total


async def async_fetch(hass: HomeAssistant, states: Iterable[State], now: datetime) -> Forecast:
    """Return the forecast of the first weather entity that has one; an empty one when none has."""
    for state in states:
        features = state.attributes.get("supported_features")
        for feature, name in _SERVED:
            if not isinstance(features, int) or not features & feature:
                continue
            try:
                found = await hass.services.async_call(
                    "weather",
                    "get_forecasts",
                    {"entity_id": state.entity_id, "type": name},
                    blocking=True,
                    return_response=True,
                )
            except HomeAssistantError, TimeoutError:
                continue
            spans = parse(found, state, timedelta(hours=1 if name == "hourly" else 24))
            if spans:
                return Forecast(spans=spans, asked=now)
    return Forecast(asked=now)


def parse(response: object, state: State, length: timedelta) -> tuple[Span, ...]:
    """Return the spans of an answer of `weather.get_forecasts`; what does not read is left out."""
    own = response.get(state.entity_id) if isinstance(response, Mapping) else None
    items = own.get("forecast") if isinstance(own, Mapping) else None
    if not isinstance(items, list):
        return ()
    inches = state.attributes.get("precipitation_unit") == "in"
    unit = state.attributes.get("temperature_unit")
    spans = (_span(item, length, unit, inches=inches) for item in items[:_KEPT])
    return tuple(span for span in spans if span is not None)


def _span(item: Any, length: timedelta, unit: object, *, inches: bool) -> Span | None:
    start = instant(item.get("datetime")) if isinstance(item, Mapping) else None
    if start is None:
        return None
    rain = finite(item.get("precipitation"))
    condition = item.get("condition")
    return Span(
        start=start,
        end=start + length,
        probability=finite(item.get("precipitation_probability")),
        millimetres=rain if rain is None or not inches else rain * _INCH,
        condition=condition if isinstance(condition, str) else None,
        highest=celsius(item.get("temperature"), unit),
    )
