"""What a phone tells of its owner: the companion app's sensors, and what they say in each state."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PHONE_TELLS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "audio_mode": {"call": "in_call"},
        "android_auto": {"driving": "on"},
        "dnd_sensor": {"focus": "total_silence"},
        "is_interactive": {"in_use": "on"},
        "is_charging": {"charging": "on"},
    }
)
"""Sensors of the companion app, and what they say while the phone is in a state."""
SENSOR_DOMAINS: Final = {"audio_mode": "sensor", "dnd_sensor": "sensor"}
ELSE: Final = {"audio_mode": "normal", "dnd_sensor": "off"}
