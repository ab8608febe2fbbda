"""The recording, placed on a calendar."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tools.demo.household import Household
from tools.demo.trace import Trace, load, place

ZONE = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def recording() -> Trace:
    return load()


@pytest.fixture(scope="session")
def fortnight(recording: Trace) -> Trace:
    return place(recording, NOW, ZONE)


@pytest.fixture(scope="session")
def house(fortnight: Trace) -> Household:
    return Household(fortnight, seed=2)
