"""The television."""

from typing import override

from homeassistant.components.media_player import (
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DemoHomeEntity
from .home import DemoHomeEntry


async def async_setup_entry(hass: HomeAssistant, entry: DemoHomeEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Add the media players."""
    home = entry.runtime_data
    add(DemoMediaPlayer(home, piece) for piece in home.of_platform("media_player"))


class DemoMediaPlayer(DemoHomeEntity, MediaPlayerEntity):
    """A television that plays, pauses or is off."""

    _attr_supported_features = (
        MediaPlayerEntityFeature.TURN_ON
        | MediaPlayerEntityFeature.TURN_OFF
        | MediaPlayerEntityFeature.PLAY
        | MediaPlayerEntityFeature.PAUSE
    )

    @property
    @override
    def state(self) -> MediaPlayerState:
        return MediaPlayerState(self.value)

    @override
    async def async_turn_on(self) -> None:
        self.change(MediaPlayerState.PLAYING.value)

    @override
    async def async_turn_off(self) -> None:
        self.change(MediaPlayerState.OFF.value)

    @override
    async def async_media_play(self) -> None:
        self.change(MediaPlayerState.PLAYING.value)

    @override
    async def async_media_pause(self) -> None:
        self.change(MediaPlayerState.PAUSED.value)
