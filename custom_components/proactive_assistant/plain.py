"""Text from elsewhere that people will read: without what no screen shows or what turns a line around."""

import unicodedata
from typing import Any, Final

import voluptuous as vol
from homeassistant.helpers import config_validation as cv

LONGEST_NAME: Final = 60
"""Characters of a name in a message: a phone shows about three lines, and several names have to fit."""

_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that override the direction of what follows; those of one letter, which some scripts need, stay."""


def plain(text: str) -> str:
    """Return a text without control characters, and empty when nothing of it can be seen."""
    found = "".join(
        character if character == "\n" or unicodedata.category(character) not in ("Cc", "Cs") else " "
        for character in text
        if character not in _TURNING and character != "\0"
    ).strip()
    return found if any(unicodedata.category(character)[0] not in "CZ" for character in found) else ""


def name_of(given: str, fallback: str) -> str:
    """Return the name by which a thing is told: on one line and not too long; another where there is none to see."""
    name = " ".join(plain(given).split()) or fallback
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def readable(most: int) -> Any:
    """Return a validator of a text that somebody will read: cleaned, not blank, and not too long."""
    return vol.All(
        cv.string,
        plain,
        vol.Length(min=1, msg="a text that can be read is needed, this one is blank"),
        vol.Length(max=most),
    )
