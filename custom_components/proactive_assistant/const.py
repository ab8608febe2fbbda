"""Constants of the integration as Home Assistant sees it."""

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "proactive_assistant"
PLATFORMS: Final = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TODO,
)

EVENT_DECISION: Final = f"{DOMAIN}_decision"
"""On the bus for every decision, reply and action; mirrored by the event entity."""

SUBENTRY_RESIDENT: Final = "resident"
HOUSEHOLD: Final = "household"
"""Stands for a resident in a home without any: it has a dashboard and no phone."""

CONF_PERSON: Final = "person"
CONF_RESIDENTS: Final = "residents"
CONF_QUIET_START: Final = "quiet_start"
CONF_QUIET_END: Final = "quiet_end"
CONF_PUSH_CAP: Final = "push_cap"
CONF_CEILING: Final = "ceiling"
CONF_WEEKEND_QUIET_START: Final = "weekend_quiet_start"
CONF_WEEKEND_QUIET_END: Final = "weekend_quiet_end"
CONF_HOME_CAP: Final = "home_cap"
CONF_GAP_MINUTES: Final = "gap_minutes"
CONF_LEVELS: Final = "levels"
"""Level per kind, by name, where it differs from the kind's first level."""
CONF_HELPFULNESS: Final = "helpfulness"
CONF_EXPLORATION: Final = "exploration_per_week"
CONF_ACTION_DOMAINS: Final = "action_domains"
"""Domains that may be acted on at all; what is missing is only told."""
CONF_UNDO_MINUTES: Final = "undo_minutes"
CONF_EXCLUDED_ENTITIES: Final = "excluded_entities"
CONF_EXCLUDED_DEVICES: Final = "excluded_devices"
CONF_EXCLUDED_AREAS: Final = "excluded_areas"
CONF_EXCLUDED_LABELS: Final = "excluded_labels"
CONF_EXCLUDED_KINDS: Final = "excluded_kinds"
CONF_EXCLUDED_PERSONS: Final = "excluded_persons"
CONF_LEARNING: Final = "learning"
"""Whether anything is learned; in a resident's subentry, whether of this resident."""
CONF_RETENTION_DAYS: Final = "retention_days"
CONF_ENGINE: Final = "engine"
CONF_CALENDARS: Final = "calendars"
CONF_ROUTINES: Final = "routines"
CONF_CHILD: Final = "child"
CONF_EVENING_END: Final = "evening_end"
"""What a resident chose for themselves, in their subentry."""
CONF_PRIVATE_WORDING: Final = "private_wording"
CONF_CRITICAL: Final = "critical_alerts"
CONF_DANGER_ALWAYS: Final = "danger_always"
CONF_VOICE_SATELLITES: Final = "voice_satellites"
CONF_VOICE_CAP: Final = "voice_cap"
CONF_DIGEST_TIMES: Final = "digest_times"

LABEL_EXCLUDED: Final = "no_suggestions"

ACTION_PREFIX: Final = "PROACTIVE_ASSISTANT"

STORE_LEDGER: Final = f"{DOMAIN}.ledger"
STORE_RESIDENTS: Final = f"{DOMAIN}.residents"
STORE_HABITS: Final = f"{DOMAIN}.habits"
STORE_OWN: Final = f"{DOMAIN}.own"
STORE_CONTROLS: Final = f"{DOMAIN}.controls"
STORE_ROLES: Final = f"{DOMAIN}.roles"

ISSUE_MODEL: Final = "model_unusable"
ISSUE_NO_RESIDENTS: Final = "no_residents"
ISSUE_NO_PHONE: Final = "resident_without_phone"
ISSUE_NOBODY_REACHED: Final = "nobody_reached"
ISSUE_PERSON_GONE: Final = "person_gone"
ISSUE_STORAGE: Final = "storage_quarantined"
ISSUE_STORAGE_NEWER: Final = "storage_newer"
