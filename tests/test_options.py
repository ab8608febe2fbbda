"""Stored options to settings."""

from datetime import time

import pytest

from custom_components.proactive_assistant.assistant.enums import Level
from custom_components.proactive_assistant.options import DEFAULTS, settings_from


@pytest.mark.parametrize(
    "damaged",
    [
        {"ceiling": "act", "quiet_start": "25:99", "quiet_end": None, "push_cap": "many"},
        {"ceiling": "ask", "quiet_start": "", "quiet_end": "x", "push_cap": float("nan")},
        {"ceiling": 7, "quiet_start": 22, "quiet_end": [], "push_cap": None},
        {},
    ],
)
def test_damaged_options_fall_back_to_defaults(damaged: dict[str, object]) -> None:
    settings = settings_from(damaged)
    assert settings.ceiling is DEFAULTS.ceiling
    assert (settings.quiet_start, settings.quiet_end) == (DEFAULTS.quiet_start, DEFAULTS.quiet_end)
    assert settings.push_cap == DEFAULTS.push_cap


def test_chosen_options_are_used() -> None:
    settings = settings_from(
        {"ceiling": "observe", "quiet_start": "20:00:00", "quiet_end": "08:00:00", "push_cap": 0.0}
    )
    assert settings.ceiling is Level.OBSERVE
    assert settings.quiet_start == time(20)
    assert settings.push_cap == 0
