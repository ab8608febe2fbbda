"""Frozen time for a whole process: freezegun as Home Assistant's own test helper bends it."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import cast

# First of all that is imported of Home Assistant: what it binds at import would keep the real time.
from pytest_homeassistant_custom_component import patch_time  # isort:skip

import freezegun
from freezegun.api import FrozenDateTimeFactory


def frozen(at: datetime) -> AbstractContextManager[FrozenDateTimeFactory]:
    """Return a context in which the time stands at an instant until it is moved."""
    bent = {
        "FakeDate": patch_time.HAFakeDate,
        "FakeDatetime": patch_time.HAFakeDatetime,
        "datetime_to_fakedatetime": patch_time.ha_datetime_to_fakedatetime,
        "_get_module_attributes": patch_time.ha_get_module_attributes,
        "_get_module_attributes_hash": patch_time.ha_get_module_attributes_hash,
        "_should_use_real_time": patch_time.ha_should_use_real_time,
        "get_current_time": patch_time.ha_get_current_time,
    }
    for name, value in bent.items():
        setattr(freezegun.api, name, value)
    return cast("AbstractContextManager[FrozenDateTimeFactory]", freezegun.freeze_time(at))
