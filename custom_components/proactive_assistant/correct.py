"""What an entity is, as a person says it: the two actions by which roles are corrected and listed.

A correction only names; what may be done with what was named stays with the risk table and the checks before acting.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import ServiceResponse
from homeassistant.helpers import config_validation as cv

from .checked import checked
from .delivery.asking import Caller
from .delivery.errors import NoSuchEntityError, OutOfViewError, RoleForAdminError, RoleMisfitError
from .sensing.fitting import fits, fitting, needs_admin
from .sensing.roles import Reading, async_read
from .sensing.sorting import RULES, Role
from .storage.corrections import NONE, Given

if TYPE_CHECKING:
    from .coordinator import Coordinator

ATTR_ROLE: Final = "role"

AUTOMATIC: Final = "automatic"
"""Takes back what was said: what is inferred counts again."""

ROLES: Final = (AUTOMATIC, NONE, *(role.value for role in Role))

MOST_LISTED: Final = 500
"""Entities one answer may hold; more are asked for by name."""

SET_FIELDS: Final[Mapping[Any, Any]] = MappingProxyType(
    {vol.Required(ATTR_ENTITY_ID): cv.entity_id, vol.Required(ATTR_ROLE): vol.In(ROLES)}
)
LIST_FIELDS: Final[Mapping[Any, Any]] = MappingProxyType(
    {vol.Optional(ATTR_ENTITY_ID): vol.All(checked(cv.entity_ids), vol.Length(min=1, max=MOST_LISTED))}
)


async def async_set_role(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    """Note what an entity is, and see the home that way at once. Raises a DeskError when that cannot be."""
    corrections = owner.files.corrections
    entity_id = data[ATTR_ENTITY_ID]
    # Read without handing over to others in between: what is checked is what is kept.
    loads = owner.files.habits.loads()
    readings = await async_read(owner.hass, (entity_id,), owner.home.exclusions, corrections, loads)
    if not readings:
        raise NoSuchEntityError(entity=entity_id)
    reading = readings[0]
    given = _given(data[ATTR_ROLE])
    _check(who, reading, given)
    corrections.give(entity_id, reading.registry_id, given)
    await owner.async_corrected()
    found = await async_read(owner.hass, (entity_id,), owner.home.exclusions, corrections, loads)
    return _line(found[0]) if found else None


def _given(role: str) -> Given | None:
    """Return what a value of the form stands for."""
    if role == AUTOMATIC:
        return None
    return NONE if role == NONE else Role(role)


def _check(who: Caller, reading: Reading, given: Given | None) -> None:
    """Raise when a role is not for this entity, or not for this person to give."""
    entity_id = reading.facts.state.entity_id
    if isinstance(given, Role):
        if not fits(given, reading.facts):
            raise RoleMisfitError(entity=entity_id, role=given.value, fitting=", ".join(fitting(reading.facts)) or NONE)
        if reading.unseen is not None:
            raise OutOfViewError(entity=entity_id)
    after = (reading.inferred and reading.inferred[0]) if given is None else None if given == NONE else given
    # What was called critical stays so for everybody else also while it is out of view.
    before = Role.CRITICAL if reading.given is Role.CRITICAL else reading.sort and reading.sort[0]
    # An automation has no say in what things are where that widens what may be done.
    if needs_admin(reading.facts.state.domain, before, after) and not (who.user and who.admin):
        raise RoleForAdminError(entity=entity_id)


async def async_list_roles(owner: Coordinator, _who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    """Return what entities are: by what was found, by what people said, and why."""
    named = data.get(ATTR_ENTITY_ID)
    readings = await async_read(
        owner.hass, named, owner.home.exclusions, owner.files.corrections, owner.files.habits.loads()
    )
    if named is None:
        readings = [item for item in readings if item.inferred is not None or item.given is not None]
    # What people said comes first: it is what they look for.
    readings.sort(key=lambda item: (item.given is None, item.facts.state.entity_id))
    return {"roles": [_line(item) for item in readings[:MOST_LISTED]], "left_out": max(0, len(readings) - MOST_LISTED)}


def _line(reading: Reading) -> dict[str, Any]:
    """Return one entity as plain data."""
    facts = reading.facts
    return {
        "entity_id": facts.state.entity_id,
        "name": reading.name,
        "role": reading.sort[0].value if reading.sort else None,
        "inferred": reading.inferred[0].value if reading.inferred else None,
        "corrected": str(reading.given) if reading.given is not None else None,
        "why": _why(reading),
        "signs": {
            "names": facts.own_names,
            "device_class": facts.device_class,
            "integration": facts.platform,
            "power": facts.load and facts.load.value,
        },
        "fitting": [role.value for role in fitting(facts)],
    }


def _why(reading: Reading) -> str:
    """Return what the role rests on: a person's word, else the weakest sign that suffices for it."""
    facts = reading.facts
    if reading.unseen is not None:
        return reading.unseen.value
    if reading.given is not None:
        return "corrected" if reading.given == NONE or reading.sort is not None else "does_not_fit"
    if reading.inferred is None:
        return "unknown"
    rule = RULES[facts.state.domain]
    unmetered = rule(replace(facts, load=None))
    if unmetered is None or unmetered[0] is not reading.inferred[0]:
        return "power"
    facts = replace(facts, load=None)
    fewer = (
        ("domain", replace(facts, own_names="", platform=None, device_class=None)),
        ("device_class", replace(facts, own_names="", platform=None)),
        ("integration", replace(facts, own_names="")),
    )
    return next((sign for sign, less in fewer if (found := rule(less)) and found[0] is reading.inferred[0]), "name")
