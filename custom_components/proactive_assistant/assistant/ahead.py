"""Moments that have not come yet, as habits expect them: what cannot be foreseen is not known."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from .clock import after, minutes_between
from .effects import day_part
from .engine import Engine
from .enums import Activity, DayType, PhoneState, Room, Transition
from .facts import Moment, Suggestion
from .judge import judge_many
from .results import Judgement
from .state import ResidentState

_WEEKEND = {5: DayType.SATURDAY, 6: DayType.SUNDAY}


def expected(moment: Moment, at: datetime) -> Moment:
    """Return a later moment of the same resident, by the forecast of their habits."""
    minutes = max(0.0, minutes_between(at, moment.at))
    hours = round(minutes / 60)
    activity = moment.forecast[hours - 1] if 1 <= hours <= len(moment.forecast) else Activity.UNKNOWN
    since = moment.minutes_since_delivery
    same_day = at.date() == moment.at.date()
    return replace(
        moment,
        at=at,
        day_type=moment.day_type if same_day else _WEEKEND.get(at.weekday(), DayType.WEEKDAY),
        activity=activity,
        activity_confidence=0.0 if activity is Activity.UNKNOWN else 0.5,
        activity_minutes=None,
        room=Room.NOT_HOME if activity is Activity.AWAY else Room.UNKNOWN,
        transition=Transition.NONE,
        phone=PhoneState.UNKNOWN,
        delivered_today=moment.delivered_today if same_day else 0,
        minutes_since_delivery=None if since is None else since + minutes,
        recent=tuple(replace(reply, minutes_ago=reply.minutes_ago + minutes) for reply in moment.recent),
        forecast=moment.forecast[hours:],
    )


class Outlook:
    """What is open at a moment, judged at every forecast moment when that is first asked for."""

    def __init__(
        self,
        engine: Engine,
        state: ResidentState,
        moment: Moment,
        suggestions: Mapping[int, Suggestion],
        person: str | None,
    ) -> None:
        """Look ahead from a moment; nothing is judged yet."""
        self.engine = engine
        self.state = state
        self._moment = moment
        self._suggestions = suggestions
        self._person = person
        self._ahead: list[tuple[Moment, dict[int, Judgement]]] | None = None

    def ahead(self) -> list[tuple[Moment, dict[int, Judgement]]]:
        """Return the forecast moments, each with the judgements of what has not expired by then.

        One pass per moment, whatever the number of suggestions. Raises EngineError.
        """
        if self._ahead is None:
            self._ahead = [(moment, self._judged(moment)) for moment in self._turns()]
        return self._ahead

    def _turns(self) -> list[Moment]:
        """Return the forecast moments at which the activity or the part of the day turns.

        Between two turns the forecast says nothing new, and every moment judged costs a pass of the model.
        """
        turns: list[Moment] = []
        last = (self._moment.activity, day_part(self._moment.at.hour))
        for hour in range(1, len(self._moment.forecast) + 1):
            moment = expected(self._moment, after(self._moment.at, 60 * hour))
            here = (moment.activity, day_part(moment.at.hour))
            if here != last:
                turns.append(moment)
            last = here
        return turns

    def _judged(self, moment: Moment) -> dict[int, Judgement]:
        alive = {
            index: item for index, item in self._suggestions.items() if minutes_between(item.expires, moment.at) > 0
        }
        judgements = judge_many(self.engine, self.state, moment, list(alive.values()), self._person)
        return dict(zip(alive, judgements, strict=True))

    def moved(self, moment: Moment) -> Outlook:
        """Return the outlook from another moment on the same."""
        if moment is self._moment:
            return self
        return Outlook(self.engine, self.state, moment, self._suggestions, self._person)
