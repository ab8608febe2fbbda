"""Frozen time for a whole process: freezegun as Home Assistant's own test helper bends it."""

from contextlib import AbstractContextManager
from datetime import datetime

# First of all that is imported of Home Assistant: what it binds at import would keep the real time.
from pytest_homeassistant_custom_component import patch_time  # isort:skip

import freezegun
from freezegun.api import FrozenDateTimeFactory


def frozen(at: datetime) -> AbstractContextManager[FrozenDateTimeFactory]:
    """Return a context in which the time stands at an instant until it is moved."""
    api = freezegun.api
    api.FakeDate = patch_time.HAFakeDate  # type: ignore[misc]
    api.FakeDatetime = patch_time.HAFakeDatetime  # type: ignore[misc]
    api.datetime_to_fakedatetime = patch_time.ha_datetime_to_fakedatetime
    api._get_module_attributes = patch_time.ha_get_module_attributes  # type: ignore[attr-defined]  # noqa: SLF001
    api._get_module_attributes_hash = patch_time.ha_get_module_attributes_hash  # type: ignore[attr-defined]  # noqa: SLF001
    api._should_use_real_time = patch_time.ha_should_use_real_time  # type: ignore[attr-defined]  # noqa: SLF001
    api.get_current_time = patch_time.ha_get_current_time
    return freezegun.freeze_time(at)
