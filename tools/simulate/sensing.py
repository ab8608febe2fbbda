"""What the home makes of the truth: a Moment with gaps, doubts and mistakes."""

from typing import Final

import numpy as np

from assistant.enums import Activity, Company, HomeMode, PhoneState, Room, Transition
from assistant.facts import Moment

from .clock import Calendar
from .habits import Habits
from .state import Life, State

_TAKEN_FOR: Final = {
    # What sensors in rooms confuse (judgement).
    Activity.GROOMING: Activity.IDLE,
    Activity.COOKING: Activity.EATING,
    Activity.EATING: Activity.COOKING,
    Activity.HOUSEWORK: Activity.IDLE,
    Activity.CARING: Activity.HOUSEWORK,
    Activity.WORKING: Activity.IDLE,
    Activity.MEDIA: Activity.IDLE,
    Activity.CALL: Activity.IDLE,
    Activity.EXERCISING: Activity.HOUSEWORK,
    Activity.HOSTING: Activity.MEDIA,
    Activity.IDLE: Activity.MEDIA,
    Activity.ASLEEP: Activity.IDLE,
    Activity.WAKING: Activity.ASLEEP,
}
_PLAIN: Final = frozenset({Activity.AWAY, Activity.LEAVING, Activity.ARRIVING})
"""What presence alone tells, whatever the home's sensors."""


class Senses:
    """One person as the home sees them."""

    def __init__(self, life: Life, habits: Habits, rng: np.random.Generator) -> None:
        self._life = life
        self._habits = habits
        self._rng = rng

    def _activity(self, state: State) -> tuple[Activity, float]:
        draw, doubt = self._rng.random(2).tolist()
        quality = self._life.persona.home.sensing
        if state.activity in _PLAIN:
            return state.activity, 0.95
        known = quality if state.phone is not PhoneState.CALL else 1.0
        if draw < known * 0.88:
            return state.activity, 0.55 + 0.42 * doubt
        if draw < known * 0.88 + 0.08:
            return _TAKEN_FOR.get(state.activity, Activity.UNKNOWN), 0.4 + 0.4 * doubt
        return Activity.UNKNOWN, 0.3 * doubt

    def _mode(self, state: State, calendar: Calendar, draw: float) -> HomeMode:
        if calendar.travelling(state.minute) and calendar.travelling(state.minute - 1440):
            return HomeMode.VACATION
        if state.company is Company.GUESTS:
            return HomeMode.PARTY if draw < 0.08 else HomeMode.GUEST if draw < 0.6 else HomeMode.NORMAL
        return HomeMode.NORMAL

    def moment(self, state: State) -> Moment:
        """Return the Moment of a state, with no load: what was delivered before is not the world's to know."""
        persona, house = self._life.persona, self._life.house
        activity, confidence = self._activity(state)
        room_draw, company_draw, mode_draw, edge_draw = self._rng.random(4).tolist()
        located = "motion" in persona.home.devices and room_draw < persona.home.sensing
        room = state.room if not state.home or located else Room.UNKNOWN
        company = state.company
        if company is Company.GUESTS and company_draw < 0.35:
            company = Company.HOUSEHOLD
        elif company_draw < 0.06:
            company = Company.UNKNOWN
        transition = state.transition
        if transition is not Transition.NONE and activity is Activity.UNKNOWN and edge_draw < 0.7:
            transition = Transition.NONE
        return Moment(
            at=house.calendar.at(state.minute),
            day_type=state.day_type,
            activity=activity,
            activity_confidence=confidence,
            activity_minutes=float(state.activity_minutes) if activity is not Activity.UNKNOWN else None,
            household=persona.household,
            company=company,
            room=room,
            transition=transition,
            phone=state.phone if persona.reveals_phone else PhoneState.UNKNOWN,
            mode=self._mode(state, house.calendar, mode_draw),
            weather=house.calendar.weather_at(state.minute),
            forecast=self._habits.forecast(state.minute),
        )
