"""The words of a message: templates from the translations, filled with facts that need no inflection."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ..assistant.enums import Length, Tone
from ..assistant.facts import Suggestion
from ..assistant.results import Style
from ..const import DOMAIN

_PREFIX = f"component.{DOMAIN}.common."


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What a person reads."""

    title: str
    body: str


class Words:
    """The texts of one language."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Wrap loaded texts, by key."""
        self._texts = texts

    @classmethod
    async def async_load(cls, hass: HomeAssistant, language: str) -> Words:
        """Load a language; English stands in for what it lacks."""
        found = await async_get_translations(hass, language, "common", {DOMAIN})
        return cls({key.removeprefix(_PREFIX): text for key, text in found.items()})

    def text(self, key: str, **facts: str) -> str:
        """Return a text with its facts filled in; the key itself when the text is missing."""
        template = self._texts.get(key, key)
        for name, value in facts.items():
            template = template.replace(f"{{{name}}}", value)
        return template

    def message(self, suggestion: Suggestion, style: Style) -> Message:
        """Return the message about a suggestion in a style."""
        kind = suggestion.kind
        facts = _facts(suggestion)
        title = "title_warm" if style.tone is Tone.WARM else "title"
        body = "full" if style.length is Length.FULL else "short"
        parts = [self.text(f"{kind}_{body}", **facts)]
        if style.with_reason:
            parts.append(self.text(f"{kind}_reason", **facts))
        return Message(title=self.text(f"{kind}_{title}", **facts), body=" · ".join(filter(None, parts)))

    def button(self, suggestion: Suggestion) -> str:
        """Return the text of the first button: to do it, or to have understood."""
        return self.text("button_do" if suggestion.actions else "button_ok")


def _time(value: Any) -> str:
    """Return the local clock time of a stored instant."""
    return dt_util.as_local(datetime.fromisoformat(value)).strftime("%H:%M")


def _rooms(rooms: Mapping[str, Any]) -> str:
    """Return `Living room: Ceiling light, TV` per room: lists translate, sentences do not."""
    return "; ".join(f"{room}: {', '.join(names)}" if room else ", ".join(names) for room, names in rooms.items())


def _facts(suggestion: Suggestion) -> dict[str, str]:
    """Return a suggestion's facts as text."""
    facts = suggestion.facts
    text = {
        "name": str(facts.get("name") or ""),
        "area": str(facts.get("area") or ""),
        "minutes": str(facts.get("usual_minutes") or ""),
    }
    text["place"] = (
        text["name"]
        if not text["area"] or text["area"].lower() in text["name"].lower()
        else f"{text['area']}: {text['name']}"
    )
    for key in ("since", "left"):
        if facts.get(key):
            text[key] = _time(facts[key])
    if facts.get("rooms"):
        text["rooms"] = _rooms(facts["rooms"])
    return text
