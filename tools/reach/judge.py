"""What must hold after every kill and at the end of every day, read from the journal and the ledger on disk."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from .world import Line, read

WINDOW: Final = 24 * 60
"""Minutes for which a snapshot is kept."""

_OVER: Final = frozenset({"off", "idle", "running", "home"})
"""States that end a situation about an entity."""

_REPLIES: Final = {"DO": "accepted", "LATER": "later", "NOT_NOW": "not_now"}


@dataclass(slots=True)
class Verdict:
    """What was counted, and what was wrong."""

    kills: int = 0
    replies: int = 0
    deliveries: int = 0
    actions: int = 0
    snapshots: int = 0
    replies_lost: list[str] = field(default_factory=list)
    delivered_twice: list[str] = field(default_factory=list)
    executed_twice: list[str] = field(default_factory=list)
    snapshots_lost: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def add(self, other: Verdict) -> None:
        """Add what another found."""
        for name in ("kills", "replies", "deliveries", "actions", "snapshots"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("replies_lost", "delivered_twice", "executed_twice", "snapshots_lost", "unreadable"):
            getattr(self, name).extend(getattr(other, name))

    @property
    def broken(self) -> list[str]:
        """Return everything that was wrong."""
        lists = (self.replies_lost, self.delivered_twice, self.executed_twice, self.snapshots_lost, self.unreadable)
        return [item for found in lists for item in found]


def ledger(folder: Path) -> dict[str, Any] | None:
    """Return the ledger as it is on disk; None when there is none yet. Raises ValueError when it does not read."""
    path = folder / ".storage" / "proactive_assistant.ledger"
    if not path.exists():
        return None
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["data"]
    return data


def token_of(action: str) -> str:
    """Return the token of an action id, which may hold underscores itself."""
    for name in ("DO", "LATER", "NOT_NOW", "UNDO"):
        prefix = f"PROACTIVE_ASSISTANT_{name}_"
        if action.startswith(prefix):
            return action.removeprefix(prefix)
    return action


def _acknowledged(lines: list[Line]) -> list[Line]:
    """Return the taps that were answered: their message was taken away or replaced on the phone that tapped."""
    found = []
    for index, line in enumerate(lines):
        if line["k"] != "tap" or line["button"] == "UNDO":
            continue
        for after in lines[index + 1 :]:
            same = after.get("phone") == line["phone"] and after.get("tag") == line["tag"]
            if same and after["k"] == "tap":
                # Tapped again, because nothing had happened.
                break
            if same and (after["k"] == "clear" or (after["k"] == "message" and after["silent"])):
                found.append(line)
                break
    return found


def after_kill(folder: Path) -> Verdict:
    """Judge what is on disk in the instant after a kill, before anything was started again."""
    verdict = Verdict(kills=1)
    lines = read(folder / "journal.jsonl")
    try:
        data = ledger(folder)
    except ValueError as error:
        verdict.unreadable.append(f"the ledger does not read: {error}")
        return verdict
    kept = {item["entity_id"] for deed in (data or {}).get("deeds", ()) for item in deed["snapshots"]}
    now = lines[-1]["m"] if lines else 0
    for line in lines:
        if line["k"] == "call" and line["action"].endswith("turn_off") and now - line["m"] <= WINDOW:
            verdict.snapshots += 1
            if line["entity"] not in kept:
                verdict.snapshots_lost.append(f"{folder.name} minute {line['m']}: {line['entity']}")
    _replies(folder, lines, data or {}, verdict)
    return verdict


def _replies(folder: Path, lines: list[Line], data: dict[str, Any], verdict: Verdict) -> None:
    """Count acknowledged replies that are not on disk."""
    entries = Counter((item["resident"], item["situation"], item["type"]) for item in data.get("entries", ()))
    pending = {item["offer"]["token"] for item in data.get("answers", ())}
    wanted: Counter[tuple[str, str, str]] = Counter()
    for tap in _acknowledged(lines):
        verdict.replies += 1
        if token_of(tap["action"]) in pending:
            continue
        situation = tap["tag"].removeprefix("proactive_assistant_")
        wanted[tap["phone"], situation, _REPLIES[tap["button"]]] += 1
    # A tap on a message that had ended meanwhile is answered by its end, so what ended by itself counts for it too.
    for key, count in wanted.items():
        resident, situation, _ = key
        others = entries[resident, situation, "resolved"] + entries[resident, situation, "done_by_hand"]
        if entries[key] + others < count:
            verdict.replies_lost.append(f"{folder.name}: {key} {entries[key]} of {count}")


def whole_day(folder: Path) -> Verdict:
    """Judge a day that has come to its end."""
    verdict = Verdict()
    lines = read(folder / "journal.jsonl")
    data = ledger(folder) or {}
    _replies(folder, lines, data, verdict)
    _deliveries(folder, lines, verdict)
    _actions(folder, lines, verdict)
    taps = {token_of(line["action"]): line for line in lines if line["k"] == "tap" and line["button"] != "UNDO"}
    answered = Counter((item["resident"], item["situation"], item["type"]) for item in data.get("entries", ()))
    tapped = Counter(
        (line["phone"], line["tag"].removeprefix("proactive_assistant_"), _REPLIES[line["button"]])
        for line in taps.values()
    )
    # Counted once however often it was tapped and the house went down in between.
    for key, count in answered.items():
        if key[2] in _REPLIES.values() and count > tapped[key]:
            verdict.replies_lost.append(f"{folder.name}: {key} counted {count} times for {tapped[key]} taps")
    if data.get("answers"):
        verdict.replies_lost.append(f"{folder.name}: {len(data['answers'])} replies never seen through")
    return verdict


def _deliveries(folder: Path, lines: list[Line], verdict: Verdict) -> None:
    """Look for a suggestion that came twice: the same message again, or a new one while nothing asked for it."""
    tokens: Counter[tuple[str, str]] = Counter()
    told: Counter[tuple[str, str]] = Counter()
    arrived: set[tuple[str, str]] = set()
    asked: dict[tuple[str, str], bool] = {}
    for line in lines:
        _note_end(line, asked)
        if line["k"] == "line" and line["type"] in ("offered", "later"):
            who = line["person"].removeprefix("person."), line["situation"]
            # A line without a message is that of a restart, for a message that went out before it was noted.
            if line["type"] == "later" or who in arrived:
                arrived.discard(who)
                told[line["person"], line["suggestion"]] += 1 if line["type"] == "offered" else -1
            if told[line["person"], line["suggestion"]] > 1:
                verdict.delivered_twice.append(f"{folder.name} minute {line['m']}: {line['suggestion']} by its id")
        if line["k"] != "message" or line["silent"]:
            continue
        verdict.deliveries += 1
        token = token_of(line["actions"][0])
        tokens[line["phone"], token] += 1
        if tokens[line["phone"], token] > 1:
            verdict.delivered_twice.append(f"{folder.name} minute {line['m']}: {line['tag']} by the same token")
        key = line["phone"], line["tag"].removeprefix("proactive_assistant_")
        arrived.add(key)
        if not asked.get(key, True):
            verdict.delivered_twice.append(f"{folder.name} minute {line['m']}: {key} once more")
        asked[key] = False


def _note_end(line: Line, asked: dict[tuple[str, str], bool]) -> None:
    """Note what lets a situation be told again: it was put off, or it ended."""
    if line["k"] == "happens" and line["state"] in _OVER:
        for key in asked:
            # Whoever comes home ends what leaving began, and windows are told of together, by the name of the first.
            left = line["state"] == "home" and key[1] == "leave_home"
            together = line["entity"].endswith("_window") and key[1].startswith("opening_left")
            if line["entity"] in key[1] or left or together:
                asked[key] = True
    if line["k"] == "tap" and line["button"] == "LATER":
        asked[line["phone"], line["tag"].removeprefix("proactive_assistant_")] = True
    ends = ("resolved", "done_by_hand", "unseen", "expired", "later")
    if line["k"] == "line" and line["type"] in ends:
        asked[line["person"].removeprefix("person."), line["situation"]] = True


def _actions(folder: Path, lines: list[Line], verdict: Verdict) -> None:
    """Look for something that was done twice: more calls than tokens, for one time that a thing was on."""
    calls: Counter[str] = Counter()
    tokens: dict[str, set[str]] = {}
    for line in lines:
        if line["k"] == "happens" and line["state"] in ("on", "playing"):
            calls[line["entity"]] = 0
            tokens.pop(line["entity"], None)
        elif line["k"] == "tap" and line["button"] == "DO":
            for entity in ("light.living_room_ceiling", "media_player.living_room_tv"):
                tokens.setdefault(entity, set()).add(line["action"])
        elif line["k"] == "effect" and line["state"] != "off":
            # Undone: it is on again, and may be turned off again when somebody asks for it.
            calls[line["entity"]] = 0
        elif line["k"] == "call" and line["action"].endswith("turn_off"):
            verdict.actions += 1
            calls[line["entity"]] += 1
            allowed = max(1, len(tokens.get(line["entity"], ())))
            if calls[line["entity"]] > allowed:
                verdict.executed_twice.append(f"{folder.name} minute {line['m']}: {line['entity']}")


__all__ = ["Verdict", "after_kill", "ledger", "whole_day"]
