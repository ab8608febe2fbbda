"""Names of the demo home."""

from homeassistant.const import Platform

DOMAIN = "demo_home"
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
