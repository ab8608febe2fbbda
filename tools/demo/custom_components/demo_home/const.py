"""Names of the demo home."""

from pathlib import Path

from homeassistant.const import Platform

DOMAIN = "demo_home"
HOME_TABLE = Path(__file__).parent / "home.yaml"
SIGNAL_CHANGE = f"{DOMAIN}_change_{{}}"

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.CLIMATE,
    Platform.FAN,
    Platform.LIGHT,
    Platform.LOCK,
    Platform.MEDIA_PLAYER,
    Platform.SENSOR,
    Platform.WEATHER,
]

# What the driver listens to: the integration's decisions, and a push on its way to the phone.
EVENT_DECISION = "proactive_assistant_decision"
