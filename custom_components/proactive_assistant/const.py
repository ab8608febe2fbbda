"""Constants of the integration as Home Assistant sees it."""

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "proactive_assistant"
PLATFORMS: Final = (Platform.EVENT, Platform.SENSOR)

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
CONF_CALENDARS: Final = "calendars"
CONF_ROUTINES: Final = "routines"
CONF_CHILD: Final = "child"
"""What a resident chose for themselves, in their subentry."""
CONF_PRIVATE_WORDING: Final = "private_wording"
CONF_CRITICAL: Final = "critical_alerts"
CONF_VOICE_SATELLITES: Final = "voice_satellites"
CONF_VOICE_CAP: Final = "voice_cap"
CONF_DIGEST_TIMES: Final = "digest_times"

LABEL_EXCLUDED: Final = "no_suggestions"

ACTION_PREFIX: Final = "PROACTIVE_ASSISTANT"

STORE_LEDGER: Final = f"{DOMAIN}.ledger"
STORE_RESIDENTS: Final = f"{DOMAIN}.residents"
STORE_HABITS: Final = f"{DOMAIN}.habits"

ISSUE_MODEL: Final = "model_unusable"
ISSUE_NO_RESIDENTS: Final = "no_residents"
ISSUE_NO_PHONE: Final = "resident_without_phone"
ISSUE_PERSON_GONE: Final = "person_gone"
ISSUE_STORAGE: Final = "storage_quarantined"
