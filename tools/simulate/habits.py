"""What a home would forecast from habits: a person's commonest activity at an hour on earlier days like this one."""

from typing import Final

import numpy as np

from assistant.enums import Activity

from .clock import DAY, Calendar
from .episodes import Timeline

HOURS: Final = 6
"""Hours ahead that are forecast."""
_DAYS_NEEDED: Final = 3
_ACTIVITIES: Final = tuple(Activity)
_BRIEF: Final = {Activity.WAKING: Activity.GROOMING, Activity.LEAVING: Activity.AWAY, Activity.ARRIVING: Activity.IDLE}


class Habits:
    """Forecasts from the days before, kept apart for working and free days; empty in the first days."""

    def __init__(self, timeline: Timeline, calendar: Calendar) -> None:
        minutes = np.arange(calendar.days * 24) * 60 + 30
        codes = np.array(
            [
                _ACTIVITIES.index(_BRIEF.get(activity, activity))
                for activity in (timeline.at(int(minute)).activity for minute in minutes)
            ]
        ).reshape(calendar.days, 24)
        seen = np.eye(len(_ACTIVITIES), dtype=np.int16)[codes]
        free = np.array([calendar.is_free(day) for day in range(calendar.days)])
        self._best = np.full((calendar.days, 24), -1)
        for kind in (False, True):
            counts = np.cumsum(seen * (free == kind)[:, None, None], axis=0)
            known = np.cumsum(free == kind)
            for day in range(1, calendar.days):
                if free[day] == kind and known[day - 1] >= _DAYS_NEEDED:
                    self._best[day] = counts[day - 1].argmax(axis=1)
        self._days = calendar.days

    def forecast(self, minute: int) -> tuple[Activity, ...]:
        """Return the likely activities one, two, … hours on; empty while nothing is known."""
        found: list[Activity] = []
        for hours in range(1, HOURS + 1):
            at = minute + 60 * hours
            code = self._best[min(at // DAY, self._days - 1), at % DAY // 60]
            if code < 0:
                break
            found.append(_ACTIVITIES[code])
        return tuple(found)
