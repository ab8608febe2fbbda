"""What people asked of the assistant as a whole, and what it remembers of its own autonomy."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A stretch of time from which nothing is learned: *today is an exception*."""

    begin: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Return whether an instant lies in it."""
        return self.begin <= at < self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """An answer to one of the human questions (product 5.3)."""

    at: datetime
    resident: str
    question: str
    score: int


@dataclass(kw_only=True, slots=True)
class Orders:
    """Standing orders; small, and written with the ledger."""

    paused_until: datetime | None = None
    muted: dict[str, datetime | None] = field(default_factory=dict)
    """Residents who are told nothing but danger, and until when; None means for good."""
    exceptions: tuple[Window, ...] = ()
    ratings: tuple[Rating, ...] = ()
    cooled: dict[str, datetime] = field(default_factory=dict)
    """Kinds that do nothing by themselves until then: somebody undid what they did."""
    level_since: dict[str, datetime] = field(default_factory=dict)
    """When the level of a kind was last changed; what came before counts neither for nor against it."""
    promotion_offered: dict[str, datetime] = field(default_factory=dict)
    """When a kind was last offered to do more by itself."""
    promotion_refused: dict[str, datetime] = field(default_factory=dict)
    """Kinds that shall not be offered it again."""
    promotion_open: dict[str, str] = field(default_factory=dict)
    """Kind by the token of an offer that has not been answered."""
    ran: dict[str, datetime] = field(default_factory=dict)
    """When each daily job last ran, so that a restart neither skips nor repeats it."""

    def silent(self, resident: str, now: datetime) -> bool:
        """Return whether a resident is to be told nothing but danger."""
        if self.paused_until is not None and self.paused_until > now:
            return True
        until = self.muted.get(resident, now)
        return until is None or until > now

    def next_end(self, now: datetime) -> datetime | None:
        """Return when a pause or mute ends by itself."""
        ends = [self.paused_until, *self.muted.values()]
        return min((end for end in ends if end is not None and end > now), default=None)

    def excepted(self, at: datetime) -> bool:
        """Return whether nothing is to be learned from an instant."""
        return any(window.holds(at) for window in self.exceptions)

    def tidy(self, now: datetime, keep_since: datetime) -> None:
        """Drop what is over."""
        if self.paused_until is not None and self.paused_until <= now:
            self.paused_until = None
        self.muted = {key: until for key, until in self.muted.items() if until is None or until > now}
        self.cooled = {kind: until for kind, until in self.cooled.items() if until > now}
        self.exceptions = tuple(window for window in self.exceptions if window.end > keep_since)
        self.ratings = tuple(rating for rating in self.ratings if rating.at > keep_since)
