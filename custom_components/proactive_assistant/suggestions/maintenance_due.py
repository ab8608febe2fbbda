"""Filters, salt, ink and the like that run out."""

from ..sensing.roles import Role
from .low_list import LowList


class MaintenanceDue(LowList):
    """Consumables that say how much of them is left, or that they are due."""

    kind = "maintenance_due"
    role = Role.CONSUMABLE
    roles = frozenset({Role.CONSUMABLE})
    low = 10.0
    again = 15.0
