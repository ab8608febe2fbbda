"""What is said to and by the assistant in conversation: sentences and answers of a language, from data files.

Sentences have a grammar of their own (hassil) that the translations of Home Assistant do not carry, and their answers
are in the language of the conversation, not of the home; so both stand together, one file per language.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant

FOLDER: Final = Path(__file__).parent / "sentences"
FALLBACK: Final = "en"


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """One language."""

    sentences: Mapping[str, tuple[str, ...]]
    """Templates of hassil, by what they ask for."""
    answers: Mapping[str, str]
    reasons: Mapping[str, str]
    """By reason code, to follow what it is about."""
    nothing_named: frozenset[str]
    """Words that point without naming anything, such as `that`."""

    def answer(self, key: str, **facts: str) -> str:
        """Return an answer with its facts; an error without one of its own says that it cannot be done."""
        text = self.answers.get(key) or self.answers["cannot"]
        for name, value in facts.items():
            text = text.replace(f"{{{name}}}", value)
        return text


def read() -> dict[str, Spoken]:
    """Return every language there is. Reads files: use an executor."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        found[path.stem] = Spoken(
            sentences={key: tuple(items) for key, items in data["sentences"].items()},
            answers=data["answers"],
            reasons=data["reasons"],
            nothing_named=frozenset(data["nothing_named"]),
        )
    return found


class Languages:
    """Every language, read once."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._all: dict[str, Spoken] = {}

    async def async_load(self, hass: HomeAssistant) -> Mapping[str, Spoken]:
        """Return every language."""
        if not self._all:
            self._all = await hass.async_add_executor_job(read)
        return self._all

    async def async_of(self, hass: HomeAssistant, language: str) -> Spoken:
        """Return a language, or English."""
        known = await self.async_load(hass)
        return known.get(language.partition("-")[0].lower()) or known[FALLBACK]


LANGUAGES: Final = Languages()
