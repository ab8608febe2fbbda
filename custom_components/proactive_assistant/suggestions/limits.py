"""How often a room may become a matter in one day."""

from datetime import datetime, timedelta
from typing import Final

A_DAY: Final = timedelta(days=1)


class DailyLimit:
    """Lets so many situations of a place through within a day; the same one always again."""

    def __init__(self, most: int) -> None:
        """Let at most so many through."""
        self._most = most
        self._seen: dict[str, list[datetime]] = {}

    def allows(self, place: str, began: datetime, now: datetime) -> bool:
        """Return whether a situation that began then is within the limit, and count it."""
        seen = [at for at in self._seen.get(place, []) if at == began or timedelta() <= now - at < A_DAY]
        self._seen[place] = seen
        if began in seen:
            return True
        if len(seen) >= self._most:
            return False
        seen.append(began)
        return True
