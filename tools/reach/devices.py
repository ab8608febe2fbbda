"""Devices as Home Assistant's own entity classes make them, with everything an undo has to put back."""

from typing import Any, override

from homeassistant.components.climate import ClimateEntity, ClimateEntityFeature, HVACMode
from homeassistant.components.cover import CoverDeviceClass, CoverEntity, CoverEntityFeature
from homeassistant.components.fan import FanEntity, FanEntityFeature
from homeassistant.components.light import ColorMode, LightEntity, LightEntityFeature
from homeassistant.components.media_player import MediaPlayerEntity, MediaPlayerEntityFeature, MediaPlayerState
from homeassistant.const import UnitOfTemperature


class Device:
    """Set from outside, changed by its actions."""

    _attr_should_poll = False

    def put(self, **attributes: Any) -> None:
        """Set attributes and show them."""
        for key, value in attributes.items():
            setattr(self, f"_attr_{key}", value)
        self.async_write_ha_state()  # type: ignore[attr-defined]


_COLOR_KEYS = {
    "color_temp_kelvin": ColorMode.COLOR_TEMP,
    "hs_color": ColorMode.HS,
    "rgb_color": ColorMode.RGB,
    "rgbw_color": ColorMode.RGBW,
    "rgbww_color": ColorMode.RGBWW,
    "xy_color": ColorMode.XY,
}


class Lamp(Device, LightEntity):
    """A lamp of one color mode besides white temperature, with effects."""

    _attr_name = "Lamp"
    _attr_unique_id = "lamp"
    _attr_effect_list = ["off", "rainbow", "candle"]
    _attr_supported_features = LightEntityFeature.EFFECT
    _attr_min_color_temp_kelvin = 2000
    _attr_max_color_temp_kelvin = 6500
    _attr_is_on = False
    _attr_color_mode = ColorMode.HS
    _attr_supported_color_modes = set(_COLOR_KEYS.values())

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        found: dict[str, Any] = {"is_on": True, "effect": "off"}
        for key, value in kwargs.items():
            found[key] = value
            if key in _COLOR_KEYS:
                found["color_mode"] = _COLOR_KEYS[key]
        self.put(**found)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        # Forgets, as cheap lamps do: whatever was set before has to be set again.
        self.put(is_on=False, brightness=255, effect="off", color_mode=ColorMode.HS, hs_color=(0.0, 0.0))


class Player(Device, MediaPlayerEntity):
    """A player that forgets source and volume when it is turned off."""

    _attr_name = "Player"
    _attr_unique_id = "player"
    _attr_source_list = ["Radio", "TV", "Disc"]
    _attr_sound_mode_list = ["Music", "Film"]
    _attr_supported_features = (
        MediaPlayerEntityFeature.TURN_ON
        | MediaPlayerEntityFeature.TURN_OFF
        | MediaPlayerEntityFeature.PLAY
        | MediaPlayerEntityFeature.PAUSE
        | MediaPlayerEntityFeature.VOLUME_SET
        | MediaPlayerEntityFeature.VOLUME_MUTE
        | MediaPlayerEntityFeature.SELECT_SOURCE
        | MediaPlayerEntityFeature.SELECT_SOUND_MODE
        | MediaPlayerEntityFeature.SHUFFLE_SET
    )

    @override
    async def async_turn_on(self) -> None:
        self.put(state=MediaPlayerState.IDLE, volume_level=0.5, is_volume_muted=False, source="TV", sound_mode="Music")

    @override
    async def async_turn_off(self) -> None:
        self.put(state=MediaPlayerState.OFF)

    @override
    async def async_media_play(self) -> None:
        self.put(state=MediaPlayerState.PLAYING)

    @override
    async def async_media_pause(self) -> None:
        self.put(state=MediaPlayerState.PAUSED)

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        self.put(volume_level=volume)

    @override
    async def async_mute_volume(self, mute: bool) -> None:
        self.put(is_volume_muted=mute)

    @override
    async def async_select_source(self, source: str) -> None:
        self.put(source=source)

    @override
    async def async_select_sound_mode(self, sound_mode: str) -> None:
        self.put(sound_mode=sound_mode)

    @override
    async def async_set_shuffle(self, shuffle: bool) -> None:
        self.put(shuffle=shuffle)


class Thermostat(Device, ClimateEntity):
    """A thermostat whose presets bring their own temperatures, one or a range."""

    _attr_name = "Thermostat"
    _attr_unique_id = "thermostat"
    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_target_temperature_step = 0.5
    _attr_hvac_modes = [HVACMode.OFF, HVACMode.HEAT, HVACMode.COOL, HVACMode.HEAT_COOL]
    _attr_preset_modes = ["none", "eco", "away", "comfort"]
    _attr_fan_modes = ["low", "high", "auto"]
    _attr_swing_modes = ["on", "off"]
    _attr_hvac_mode = HVACMode.HEAT
    _attr_preset_mode = "none"
    _attr_fan_mode = "auto"
    _attr_swing_mode = "off"
    _attr_target_temperature = 20.0
    _attr_target_temperature_low: float | None = None
    _attr_target_temperature_high: float | None = None
    _attr_supported_features = (
        ClimateEntityFeature.TARGET_TEMPERATURE
        | ClimateEntityFeature.TARGET_TEMPERATURE_RANGE
        | ClimateEntityFeature.PRESET_MODE
        | ClimateEntityFeature.FAN_MODE
        | ClimateEntityFeature.SWING_MODE
        | ClimateEntityFeature.TURN_ON
        | ClimateEntityFeature.TURN_OFF
    )

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        self.put(
            target_temperature=kwargs.get("temperature"),
            target_temperature_low=kwargs.get("target_temp_low"),
            target_temperature_high=kwargs.get("target_temp_high"),
        )

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        level = {"eco": 17.0, "away": 15.0, "comfort": 22.0}.get(preset_mode, 20.0)
        ranged = self._attr_hvac_mode is HVACMode.HEAT_COOL
        self.put(
            preset_mode=preset_mode,
            target_temperature=None if ranged else level,
            target_temperature_low=level - 1 if ranged else None,
            target_temperature_high=level + 3 if ranged else None,
        )

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        self.put(hvac_mode=hvac_mode)

    @override
    async def async_set_fan_mode(self, fan_mode: str) -> None:
        self.put(fan_mode=fan_mode)

    @override
    async def async_set_swing_mode(self, swing_mode: str) -> None:
        self.put(swing_mode=swing_mode)


class Blind(Device, CoverEntity):
    """A blind with slats."""

    _attr_name = "Blind"
    _attr_unique_id = "blind"
    _attr_device_class = CoverDeviceClass.BLIND
    _attr_current_cover_position = 0
    _attr_current_cover_tilt_position = 0
    _attr_supported_features = (
        CoverEntityFeature.OPEN
        | CoverEntityFeature.CLOSE
        | CoverEntityFeature.SET_POSITION
        | CoverEntityFeature.OPEN_TILT
        | CoverEntityFeature.CLOSE_TILT
        | CoverEntityFeature.SET_TILT_POSITION
    )

    @property
    @override
    def is_closed(self) -> bool:
        return self._attr_current_cover_position == 0

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        self.put(current_cover_position=0, current_cover_tilt_position=0)

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        self.put(current_cover_position=100)

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        self.put(current_cover_position=kwargs["position"])

    @override
    async def async_set_cover_tilt_position(self, **kwargs: Any) -> None:
        self.put(current_cover_tilt_position=kwargs["tilt_position"])


class Fan(Device, FanEntity):
    """A fan with a speed or a preset, and with direction and swing."""

    _attr_name = "Fan"
    _attr_unique_id = "fan"
    _attr_preset_modes = ["breeze", "night"]
    _attr_percentage = 0
    _attr_oscillating = False
    _attr_current_direction = "forward"
    _attr_supported_features = (
        FanEntityFeature.SET_SPEED
        | FanEntityFeature.PRESET_MODE
        | FanEntityFeature.OSCILLATE
        | FanEntityFeature.DIRECTION
        | FanEntityFeature.TURN_ON
        | FanEntityFeature.TURN_OFF
    )

    @property
    @override
    def is_on(self) -> bool:
        return bool(self._attr_percentage) or self._attr_preset_mode is not None

    @override
    async def async_turn_on(self, percentage: int | None = None, preset_mode: str | None = None, **kwargs: Any) -> None:
        self.put(percentage=percentage or 33, preset_mode=preset_mode)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self.put(percentage=0, preset_mode=None, oscillating=False, current_direction="forward")

    @override
    async def async_set_percentage(self, percentage: int) -> None:
        self.put(percentage=percentage, preset_mode=None)

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        self.put(preset_mode=preset_mode, percentage=50)

    @override
    async def async_oscillate(self, oscillating: bool) -> None:
        self.put(oscillating=oscillating)

    @override
    async def async_set_direction(self, direction: str) -> None:
        self.put(current_direction=direction)


DEVICES: dict[str, type[Device]] = {
    "light": Lamp,
    "media_player": Player,
    "climate": Thermostat,
    "cover": Blind,
    "fan": Fan,
}
