"""Input that Home Assistant's own validators fall over is refused like any other."""

from datetime import timedelta
from typing import Any

import pytest
import voluptuous as vol
from homeassistant.helpers import config_validation as cv

from custom_components.proactive_assistant.checked import checked
from custom_components.proactive_assistant.correct import LIST_FIELDS
from custom_components.proactive_assistant.services import _DURATION
from custom_components.proactive_assistant.suggest import _LIFE


@pytest.mark.parametrize("entity_id", [5, 1.5, True])
def test_what_is_no_list_of_entities_is_refused(entity_id: Any) -> None:
    with pytest.raises(vol.Invalid):
        vol.Schema(LIST_FIELDS)({"entity_id": entity_id})


@pytest.mark.parametrize("schema", [_DURATION, _LIFE])
@pytest.mark.parametrize("duration", [1e308, float("inf"), float("nan"), {"days": 10**12}])
def test_no_time_is_too_long_to_be_refused(schema: Any, duration: Any) -> None:
    with pytest.raises(vol.Invalid):
        vol.Schema(schema)(duration)


def test_what_is_right_passes() -> None:
    assert checked(cv.positive_time_period)({"minutes": 5}) == timedelta(minutes=5)
