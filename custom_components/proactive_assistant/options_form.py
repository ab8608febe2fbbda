"""The options form: sections of fields, made from one table, and back to the flat options that are stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

import voluptuous as vol
from homeassistant.data_entry_flow import SectionConfig, section
from homeassistant.helpers.selector import (
    AreaSelector,
    AreaSelectorConfig,
    BooleanSelector,
    DeviceSelector,
    DeviceSelectorConfig,
    EntitySelector,
    EntitySelectorConfig,
    LabelSelector,
    LabelSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    Selector,
    SelectSelector,
    SelectSelectorConfig,
    TimeSelector,
)

from .assistant.kinds import KINDS
from .assistant.settings import CAP_MOST, EXPLORATION_MOST, GAP_LEAST_MINUTES, Settings
from .const import (
    CONF_ACTION_DOMAINS,
    CONF_CEILING,
    CONF_CRITICAL,
    CONF_DANGER_ALWAYS,
    CONF_DIGEST_TIMES,
    CONF_ENGINE,
    CONF_EXCLUDED_AREAS,
    CONF_EXCLUDED_DEVICES,
    CONF_EXCLUDED_ENTITIES,
    CONF_EXCLUDED_KINDS,
    CONF_EXCLUDED_LABELS,
    CONF_EXCLUDED_PERSONS,
    CONF_EXPLORATION,
    CONF_GAP_MINUTES,
    CONF_HELPFULNESS,
    CONF_HOME_CAP,
    CONF_LEARNING,
    CONF_LEVELS,
    CONF_PRIVATE_WORDING,
    CONF_PUSH_CAP,
    CONF_QUIET_END,
    CONF_QUIET_START,
    CONF_RETENTION_DAYS,
    CONF_UNDO_MINUTES,
    CONF_VOICE_CAP,
    CONF_VOICE_SATELLITES,
    CONF_WEEKEND_QUIET_END,
    CONF_WEEKEND_QUIET_START,
)
from .delivery.preferences import MOST_DIGESTS, VOICE_CAP_MOST, Preferences
from .options import CEILINGS, DOMAINS, ENGINES, GAP_MOST_MINUTES, Conduct, levels_of, settings_from
from .suggestions import DETECTORS

LEVEL_PREFIX: Final = "level_"

NOTICED: Final = tuple(kind for kind in KINDS if kind in {detector.kind for detector in DETECTORS})
"""Kinds that there is a detector for: the others would be options without effect."""

_HOURS: Final = ("07:00", "08:00", "12:00", "18:00", "20:00")


@dataclass(frozen=True, kw_only=True)
class Now:
    """What is in force, by which the form is filled: a damaged option shows as its default."""

    settings: Settings
    conduct: Conduct
    preferences: Preferences
    options: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field: how it is shown, and what is in force."""

    selector: Selector[Any]
    value: Callable[[Now], Any]
    clears: bool = False
    """Whether it may be left empty, which then means nothing and not the default."""


def _time(read: Callable[[Settings], time]) -> Field:
    return Field(selector=TimeSelector(), value=lambda now: read(now.settings).isoformat())


def _number(read: Callable[[Now], float], low: float, high: float, step: float = 1, *, slider: bool = False) -> Field:
    mode = NumberSelectorMode.SLIDER if slider else NumberSelectorMode.BOX
    return Field(
        selector=NumberSelector(NumberSelectorConfig(min=low, max=high, step=step, mode=mode)),
        value=read,
    )


def _choice(options: list[str], read: Callable[[Now], Any], *, key: str, many: bool = False) -> Field:
    return Field(
        selector=SelectSelector(SelectSelectorConfig(options=options, translation_key=key, multiple=many)),
        value=read,
        clears=many,
    )


def _ids(key: str, selector: Selector[Any]) -> Field:
    """Return a field of ids, which are shown as they are stored."""

    def read(now: Now) -> list[str]:
        found = now.options.get(key)
        return [item for item in found if isinstance(item, str)] if isinstance(found, list | tuple) else []

    return Field(selector=selector, value=read, clears=True)


def _level(kind: str) -> Field:
    return _choice(
        [level.name.lower() for level in levels_of(kind)],
        lambda now: now.settings.levels.get(kind, KINDS[kind].first_level).name.lower(),
        key="level",
    )


def _entities(key: str, *domains: str) -> Field:
    config = EntitySelectorConfig(multiple=True)
    if domains:
        config["domain"] = list(domains)
    return _ids(key, EntitySelector(config))


SECTIONS: Final[Mapping[str, Mapping[str, Field]]] = {
    "general": {
        CONF_CEILING: _choice(
            [level.name.lower() for level in CEILINGS], lambda now: now.settings.ceiling.name.lower(), key="level"
        ),
        CONF_QUIET_START: _time(lambda settings: settings.quiet_start),
        CONF_QUIET_END: _time(lambda settings: settings.quiet_end),
        CONF_WEEKEND_QUIET_START: _time(lambda settings: settings.weekend_quiet_start),
        CONF_WEEKEND_QUIET_END: _time(lambda settings: settings.weekend_quiet_end),
        CONF_DIGEST_TIMES: Field(
            selector=SelectSelector(SelectSelectorConfig(options=list(_HOURS), multiple=True, custom_value=True)),
            value=lambda now: [at.isoformat("minutes") for at in now.preferences.digest_times],
            clears=True,
        ),
    },
    "people": {
        CONF_PUSH_CAP: _number(lambda now: now.settings.push_cap, 0, CAP_MOST),
        CONF_HOME_CAP: _number(lambda now: now.settings.home_cap, 0, CAP_MOST),
        CONF_GAP_MINUTES: _number(lambda now: now.settings.gap_minutes, GAP_LEAST_MINUTES, GAP_MOST_MINUTES),
    },
    "kinds": {
        CONF_HELPFULNESS: _number(lambda now: now.settings.helpfulness, -1, 1, 0.1, slider=True),
        **{f"{LEVEL_PREFIX}{kind}": _level(kind) for kind in NOTICED},
    },
    "actions": {
        CONF_ACTION_DOMAINS: _choice(
            list(DOMAINS), lambda now: sorted(now.conduct.action_domains), key="action_domain", many=True
        ),
        CONF_UNDO_MINUTES: _number(lambda now: now.conduct.undo.total_seconds() // 60, 1, 60),
    },
    "excluded": {
        CONF_EXCLUDED_ENTITIES: _entities(CONF_EXCLUDED_ENTITIES),
        CONF_EXCLUDED_DEVICES: _ids(CONF_EXCLUDED_DEVICES, DeviceSelector(DeviceSelectorConfig(multiple=True))),
        CONF_EXCLUDED_AREAS: _ids(CONF_EXCLUDED_AREAS, AreaSelector(AreaSelectorConfig(multiple=True))),
        CONF_EXCLUDED_LABELS: _ids(CONF_EXCLUDED_LABELS, LabelSelector(LabelSelectorConfig(multiple=True))),
        CONF_EXCLUDED_KINDS: _ids(
            CONF_EXCLUDED_KINDS,
            SelectSelector(SelectSelectorConfig(options=list(NOTICED), translation_key="kind", multiple=True)),
        ),
        CONF_EXCLUDED_PERSONS: _entities(CONF_EXCLUDED_PERSONS, "person"),
    },
    "voice": {
        CONF_VOICE_SATELLITES: _entities(CONF_VOICE_SATELLITES, "assist_satellite"),
        CONF_VOICE_CAP: _number(lambda now: now.preferences.voice_cap, 0, VOICE_CAP_MOST),
    },
    "wording": {
        CONF_PRIVATE_WORDING: Field(selector=BooleanSelector(), value=lambda now: now.preferences.private_wording),
        CONF_CRITICAL: Field(selector=BooleanSelector(), value=lambda now: now.preferences.critical),
        CONF_DANGER_ALWAYS: Field(selector=BooleanSelector(), value=lambda now: now.settings.danger_always),
    },
    "learning": {
        CONF_LEARNING: Field(selector=BooleanSelector(), value=lambda now: now.conduct.learning),
        CONF_RETENTION_DAYS: _number(lambda now: now.conduct.keep.days, 7, 365),
    },
    "expert": {
        CONF_EXPLORATION: _number(lambda now: now.settings.exploration_per_week, 0, EXPLORATION_MOST),
        CONF_ENGINE: _choice(list(ENGINES), lambda now: now.conduct.engine, key="engine"),
    },
}
"""Every option a person can set, as product specification 6.5 groups them."""


def _marker(key: str, field: Field, now: Now) -> vol.Marker:
    value = field.value(now)
    if field.clears:
        return vol.Optional(key, description={"suggested_value": value})
    return vol.Required(key, default=value)


def schema(options: Mapping[str, Any]) -> vol.Schema:
    """Return the form, filled with what is in force; only the first section is open."""
    now = Now(
        settings=settings_from(options),
        conduct=Conduct.of(options),
        preferences=Preferences.of(options),
        options=options,
    )
    return vol.Schema(
        {
            vol.Required(name): section(
                vol.Schema({_marker(key, field, now): field.selector for key, field in fields.items()}),
                SectionConfig(collapsed=name != "general"),
            )
            for name, fields in SECTIONS.items()
        }
    )


def flat(answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what to store of the answers: one level, and of the kinds only what differs from their first level."""
    options: dict[str, Any] = {}
    for name, fields in SECTIONS.items():
        given = answers.get(name, {})
        for key, field in fields.items():
            if key in given:
                options[key] = given[key]
            elif field.clears:
                options[key] = []
    chosen = {kind: options.pop(f"{LEVEL_PREFIX}{kind}", None) for kind in NOTICED}
    options[CONF_LEVELS] = {
        kind: level
        for kind, level in chosen.items()
        if level is not None and level != KINDS[kind].first_level.name.lower()
    }
    return options


def errors(options: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with answers that a selector lets pass."""
    times = options.get(CONF_DIGEST_TIMES, [])
    try:
        found = {time.fromisoformat(item) for item in times}
    except ValueError:
        return {"base": "bad_digest_time"}
    return {"base": "too_many_digests"} if len(found) > MOST_DIGESTS else {}
