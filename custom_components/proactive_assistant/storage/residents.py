"""Residents' states on disk."""

from typing import Any

from ..assistant.state import ResidentState, state_from_dict, state_to_dict


def states_to_dict(states: dict[str, ResidentState]) -> dict[str, Any]:
    """Return all states for storage."""
    return {"residents": {key: state_to_dict(state) for key, state in sorted(states.items())}}


def states_from_dict(data: dict[str, Any]) -> dict[str, ResidentState]:
    """Return all states of stored data. Raises ValueError, KeyError or AttributeError when damaged."""
    return {str(key): state_from_dict(item) for key, item in data["residents"].items()}
