"""The words of a message: templates from the translations, filled with facts that need no inflection."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ..assistant.enums import Length, Level, Tone
from ..assistant.facts import Suggestion
from ..assistant.results import Style
from ..const import DOMAIN

_LONG_MINUTES: Final = 90
"""From here on hours are easier to read than minutes."""

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
        # Messages of the user's own are told alike, whatever their author calls them.
        kind = suggestion.kind.partition(":")[0]
        facts = self._facts(suggestion)
        title = "title_warm" if style.tone is Tone.WARM else "title"
        body = "full" if style.length is Length.FULL else "short"
        # Where a kind is about several sorts of thing, each may have a title of its own.
        titles = (f"{kind}_{title}_{suggestion.facts.get('sort')}", f"{kind}_{title}")
        head = next((key for key in titles if key in self._texts), titles[-1])
        parts = [self.text(f"{kind}_{body}", **facts)]
        if style.with_reason:
            parts.append(self.text(f"{kind}_reason", **facts))
        return Message(title=self.text(head, **facts), body=" · ".join(filter(None, parts)))

    def private(self, suggestion: Suggestion, message: Message) -> Message:
        """Return a message for a lock screen: that something is up, but no room, no name, nothing about locks.

        Danger is named all the same: where it smells of smoke is worth more than what a passer-by may read.
        """
        if suggestion.safety:
            return message
        return Message(title=self.text("private_title"), body=self.text("private_body"))

    def button(self, suggestion: Suggestion, *, private: bool = False) -> str:
        """Return the text of the first button: to do it, in the words of its kind, or to have understood."""
        if not suggestion.actions:
            return self.label("button_ok", suggestion, private=private)
        # Where a kind offers more than one thing, the action has words of its own.
        own = (f"{suggestion.kind}_{suggestion.actions[0].action}", f"{suggestion.kind}_do")
        facts = {"value": str(suggestion.facts["value"])} if suggestion.facts.get("value") else {}
        texts = (self.text(key, **facts) for key in own if key in self._texts and not private)
        # One that names what is set is for where that is known.
        return next((text for text in texts if "{value}" not in text), self.text("button_do"))

    def label(self, key: str, suggestion: Suggestion, *, private: bool = False) -> str:
        """Return the text of a button, in the words of its kind where it has its own."""
        own = f"{suggestion.kind}_{key}"
        return self.text(own if own in self._texts and not private else key)

    def spoken(self, message: Message) -> str:
        """Return a message as one sentence for a speaker, which says first who speaks (product 4.2)."""
        said = message.body.replace(" · ", ", ").rstrip(".")
        return self.text("voice_says", title=message.title, message=said)

    def sentences(self, key: str) -> list[str]:
        """Return the ways to say one thing; without any punctuation, as core's matcher wants them."""
        return [part.strip() for part in self.text(key).split("|") if part.strip()]

    def _facts(self, suggestion: Suggestion) -> dict[str, str]:
        """Return a suggestion's facts as text."""
        facts = suggestion.facts
        text = {
            "name": str(facts.get("name") or ""),
            "area": str(facts.get("area") or ""),
            "value": str(facts.get("value") or ""),
            "inside": str(facts.get("inside") or ""),
            "battery": str(facts.get("battery") or ""),
            "duration": _duration(facts.get("usual_minutes")),
            # What was kept by an earlier version may not say why.
            "why": "",
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
            text["rooms"] = rooms_text(facts["rooms"])
            text["place"] = text["place"] or text["rooms"]
        if facts.get("names"):
            text["names"] = ", ".join(facts["names"])
        if facts.get("day"):
            text["day"] = self._day(facts["day"])
        for key in ("sort", "why"):
            if facts.get(key):
                text[key] = self.text(f"{key}_{facts[key]}", **text)
        for key in ("title", "message"):
            # Last, so that braces in somebody's own words are left as they are.
            text[key] = str(facts.get(key) or "")
        return text

    def _day(self, value: str) -> str:
        """Return a date in relation to today, by the day on which it is read."""
        date = datetime.fromisoformat(value).date()
        days = (date - dt_util.now().date()).days
        near = {0: "day_today", 1: "day_tomorrow"}.get(days)
        return self.text(near) if near else date.isoformat()


async def async_level_names(hass: HomeAssistant, kind: str | None, level: Level) -> dict[str, str]:
    """Return what a kind, or the ceiling of the home, and a level are called in the language of the home."""
    found = await async_get_translations(hass, hass.config.language, "entity", {DOMAIN})
    ceiling = f"component.{DOMAIN}.entity.select.ceiling"
    of_kind = f"component.{DOMAIN}.entity.sensor.current_suggestion.state.{kind}"
    name = level.name.lower()
    return {
        "kind": found.get(of_kind if kind else f"{ceiling}.name", kind or ""),
        "level": found.get(f"{ceiling}.state.{name}", name),
    }


def _time(value: Any) -> str:
    """Return the local clock time of a stored instant."""
    return dt_util.as_local(datetime.fromisoformat(value)).strftime("%H:%M")


def _duration(minutes: Any) -> str:
    """Return a duration as people say it: minutes by fives, long ones in half hours."""
    if not isinstance(minutes, int | float):
        return ""
    if minutes >= _LONG_MINUTES:
        return f"{round(minutes / 30) / 2:g} h"
    return f"{minutes if minutes < 10 else round(minutes / 5) * 5:g} min"  # noqa: PLR2004 - single digits stay


def rooms_text(rooms: Mapping[str, Any]) -> str:
    """Return `Living room: Ceiling light, TV` per room: lists translate, sentences do not."""
    return "; ".join(f"{room}: {', '.join(names)}" if room else ", ".join(names) for room, names in rooms.items())
