"""What the home usually does: dwell per opening, what stays on, each resident's rhythm."""

from datetime import datetime
from typing import Any

from .dwell import Dwell, StayOn, counts_from
from .recent import Recent
from .rhythm import Rhythm
from .signature import MOST as MOST_METERS
from .signature import Load, Signature
from .warm import Warm


class Habits:
    """Compact statistics of the whole home; no trajectory is kept."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self.dwell: dict[str, Dwell] = {}
        self.stay_on: dict[str, StayOn] = {}
        self.nights: dict[str, StayOn] = {}
        """How often a thing was on at the end of a night, as `stay_on` counts absences."""
        self.armed: dict[str, StayOn] = {}
        """In how many absences an alarm panel was armed."""
        self.armed_nights: dict[str, StayOn] = {}
        """In how many nights with somebody home it was armed when they ended."""
        self.rhythm: dict[str, Rhythm] = {}
        self.recent = Recent()
        """The last few times or amounts of single things, as the kinds note them."""
        self.signatures: dict[str, Signature] = {}
        """How what hangs on a metered plug draws power, by the power sensor."""
        self.warm: Warm | None = None
        """What was read from the recorder; None until the assistant has begun to learn."""

    @property
    def blank(self) -> bool:
        """Return whether nothing has been learned yet."""
        counts = (self.stay_on, self.nights, self.armed, self.armed_nights)
        tables = (self.dwell, *counts, self.signatures, self.recent.to_dict())
        return not any(tables) and not any(rhythm.known for rhythm in self.rhythm.values())

    def dwell_of(self, entity_id: str) -> Dwell:
        """Return the durations of a thing."""
        return self.dwell.setdefault(entity_id, Dwell())

    def metered(self, entity_id: str, watts: float | None, at: datetime) -> bool:
        """Take a reading of a meter; return whether what hangs on it looks different now."""
        signature = self.signatures.get(entity_id)
        if signature is None:
            if len(self.signatures) >= MOST_METERS:
                return False
            signature = self.signatures[entity_id] = Signature()
        before = signature.load
        return signature.add(watts, at) and signature.load is not before

    def loads(self) -> dict[str, Load]:
        """Return what hangs on each meter, where that is clear."""
        return {key: load for key, item in self.signatures.items() if (load := item.load) is not None}

    def rhythm_of(self, resident: str) -> Rhythm:
        """Return the rhythm of a resident."""
        return self.rhythm.setdefault(resident, Rhythm())

    def absence_over(self, *, on: set[str], could_be: set[str]) -> None:
        """Count an absence: what was on when it ended, of all that could have been."""
        for entity_id in could_be:
            self.stay_on.setdefault(entity_id, StayOn()).add(on=entity_id in on)

    def absence_armed(self, *, armed: set[str], panels: set[str]) -> None:
        """Count an absence: which of the alarm panels were armed in it."""
        for entity_id in panels:
            self.armed.setdefault(entity_id, StayOn()).add(on=entity_id in armed)

    def night_armed(self, *, armed: set[str], panels: set[str]) -> None:
        """Count a night: which of the alarm panels were armed when it ended."""
        for entity_id in panels:
            self.armed_nights.setdefault(entity_id, StayOn()).add(on=entity_id in armed)

    def night_over(self, *, on: set[str], could_be: set[str]) -> None:
        """Count a night: what was on when it ended, of all that could have been."""
        for entity_id in could_be:
            self.nights.setdefault(entity_id, StayOn()).add(on=entity_id in on)

    def meant_at_night(self, entity_id: str) -> bool:
        """Return whether a thing is meant to stay on while the home sleeps."""
        found = self.nights.get(entity_id)
        return found is not None and found.meant

    def meant_on(self, entity_id: str) -> bool:
        """Return whether a thing is meant to stay on while nobody is home."""
        found = self.stay_on.get(entity_id)
        return found is not None and found.meant

    def renamed(self, old: str, new: str) -> None:
        """Keep what is known of an entity under its new id."""
        tables: tuple[dict[str, Any], ...] = (
            self.dwell, self.stay_on, self.nights, self.armed, self.armed_nights, self.signatures,
        )  # fmt: skip
        for table in tables:
            if old in table:
                table[new] = table.pop(old)
        self.recent.renamed(old, new)

    def absorb(self, older: Habits) -> None:
        """Add what was learned of an earlier time, elsewhere; residents who are gone stay gone."""
        for key, dwell in older.dwell.items():
            self.dwell_of(key).absorb(dwell)
        counts = (
            (self.stay_on, older.stay_on),
            (self.nights, older.nights),
            (self.armed, older.armed),
            (self.armed_nights, older.armed_nights),
        )
        for mine, theirs in counts:
            for key, item in theirs.items():
                mine.setdefault(key, StayOn()).absorb(item)
        for resident, rhythm in self.rhythm.items():
            if resident in older.rhythm:
                rhythm.absorb(older.rhythm[resident])
        for key, signature in older.signatures.items():
            self.signatures.setdefault(key, Signature()).absorb(signature)
        self.recent.absorb(older.recent)

    def to_dict(self) -> dict[str, Any]:
        """Return everything for storage; called in a thread, so tables are copied in one step."""
        return {
            "dwell": {key: dwell.to_list() for key, dwell in list(self.dwell.items())},
            "stay_on": _counts(self.stay_on),
            "nights": _counts(self.nights),
            "armed": _counts(self.armed),
            "armed_nights": _counts(self.armed_nights),
            "recent": self.recent.to_dict(),
            "signatures": {key: item.to_dict() for key, item in list(self.signatures.items()) if item.runs},
            "rhythm": {key: rhythm.to_list() for key, rhythm in list(self.rhythm.items())},
            "warm": None if self.warm is None else self.warm.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Habits:
        """Return habits from stored data; raises ValueError, KeyError or TypeError when damaged."""
        habits = cls()
        habits.dwell = {key: Dwell.from_list(value) for key, value in data["dwell"].items()}
        habits.stay_on = {key: counts_from(value) for key, value in data["stay_on"].items()}
        # Not in the files of the first version.
        habits.nights = {key: counts_from(value) for key, value in data.get("nights", {}).items()}
        habits.armed = {key: counts_from(value) for key, value in data.get("armed", {}).items()}
        habits.armed_nights = {key: counts_from(value) for key, value in data.get("armed_nights", {}).items()}
        habits.signatures = {key: Signature.from_dict(value) for key, value in data.get("signatures", {}).items()}
        habits.recent = Recent.from_dict(data.get("recent", {}))
        habits.warm = Warm.from_dict(stored) if (stored := data.get("warm")) is not None else None
        habits.rhythm = {key: Rhythm.from_list(value) for key, value in data["rhythm"].items()}
        return habits


def _counts(table: dict[str, StayOn]) -> dict[str, dict[str, int]]:
    return {key: {"absences": item.absences, "on": item.on} for key, item in list(table.items())}
