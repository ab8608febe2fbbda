"""The forecast: what it says of the next hours, and nothing when it is old or junk."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant, ServiceCall, State, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant.sensing.forecast import Forecast, Span, async_fetch, parse

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def hours(*rain: float, probability: float = 80) -> Forecast:
    spans = (
        Span(
            start=NOON + timedelta(hours=index),
            end=NOON + timedelta(hours=index + 1),
            millimetres=millimetres,
            probability=probability,
            condition="rainy" if millimetres else "sunny",
        )
        for index, millimetres in enumerate(rain)
    )
    return Forecast(spans=tuple(spans), asked=NOON)


def test_only_the_hours_asked_for_count() -> None:
    forecast = hours(0, 0, 6, 0)
    assert forecast.conditions(NOON, 1) == {"sunny"}
    assert forecast.conditions(NOON, 3) == {"sunny", "rainy"}
    assert forecast.millimetres(NOON, 2) == 0
    assert forecast.millimetres(NOON, 2.5) == pytest.approx(3)
    assert forecast.millimetres(NOON, 12) == pytest.approx(6)


def test_an_old_forecast_says_nothing() -> None:
    forecast = hours(6, 6, 6, 6, 6)
    assert forecast.probability(NOON + timedelta(hours=2), 1) == 80
    assert forecast.probability(NOON + timedelta(hours=4), 1) is None
    assert forecast.probability(NOON - timedelta(hours=1), 12) is None


async def test_the_weather_entity_is_asked_for_hours_and_inches_become_millimetres(hass: HomeAssistant) -> None:
    asked: list[str] = []

    async def answer(call: ServiceCall) -> dict[str, Any]:
        asked.append(call.data["type"])
        item = {"datetime": "2026-11-24T12:00:00+00:00", "precipitation": 1, "precipitation_probability": 70}
        return {call.data["entity_id"]: {"forecast": [item, {"datetime": None}, 3]}}

    hass.services.async_register("weather", "get_forecasts", answer, supports_response=SupportsResponse.ONLY)
    state = State("weather.home", "sunny", {"supported_features": 3, "precipitation_unit": "in"})
    found = await async_fetch(hass, [State("weather.none", "sunny"), state], NOON)
    assert asked == ["hourly"]
    [span] = found.spans
    assert (span.millimetres, span.probability) == (pytest.approx(25.4), 70)


async def test_a_weather_entity_that_fails_leaves_an_empty_forecast(hass: HomeAssistant) -> None:
    async def fail(call: ServiceCall) -> dict[str, Any]:
        msg = "offline"
        raise HomeAssistantError(msg)

    hass.services.async_register("weather", "get_forecasts", fail, supports_response=SupportsResponse.ONLY)
    found = await async_fetch(hass, [State("weather.home", "sunny", {"supported_features": 2})], NOON)
    assert found == Forecast(asked=NOON)


_JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=6) | st.sampled_from(["2026-11-24T12:00:00", "nan"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["weather.home", "forecast", "datetime", "precipitation"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(response=_JUNK)
def test_no_answer_breaks_it(response: Any) -> None:
    parse(response, State("weather.home", "sunny"), timedelta(hours=1))
    parse({"weather.home": {"forecast": [response]}}, State("weather.home", "sunny"), timedelta(hours=1))
