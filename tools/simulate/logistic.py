"""Family A's tastes: logistic in a person's five dimensions, with a few interactions that no sum can show."""

import math
from typing import Final

import numpy as np

from assistant.enums import Activity, Category, Channel, Company, PhoneState, RiskClass, Room, Transition, Urgency
from tools.personas.model import Persona
from tools.personas.tastes import DAY_PARTS, LEVEL_CUTS
from tools.streams import Stream, generator

from .factors import Factors, Load, Matter, sigmoid, utility
from .state import State

_HANDS: Final = frozenset({Activity.COOKING, Activity.HOUSEWORK})
_KITCHEN: Final = frozenset({"appliance_done", "cold_storage", "heat_source_on", "ventilate", "bin_day"})
_BUSY: Final = 0.6
_MOOD: Final = 0.3
"""Logits per SD of the two latent states (judgement; they keep even a perfect observer of the home from certainty)."""
_SOON: Final = 0.8
"""Loss of content when the person is about to see to it anyway (judgement)."""
_CARES: Final = 0.6
"""Gain of content for whoever would see to it unasked: doing it by hand says that it mattered (judgement)."""
_ON_PURPOSE: Final = 2.6
_NOT_AT_TRANSITION: Final = 1.9
_PHONE: Final = {
    PhoneState.IN_USE: 1.0,
    PhoneState.CHARGING: -1.0,
    PhoneState.CALL: -0.8,
    PhoneState.DRIVING: -1.3,
    PhoneState.FOCUS: -0.9,
    PhoneState.UNREACHABLE: -5.0,
}
_PHONE_ACTIVITY: Final = {
    Activity.ASLEEP: -3.2,
    Activity.EXERCISING: -0.7,
    Activity.HOSTING: -0.7,
    Activity.COOKING: -0.3,
    Activity.GROOMING: -0.6,
    Activity.CARING: -0.4,
}
_PHONE_BASE: Final = 2.0


class LogisticTaste:
    """The tastes of one person of family A over the simulated days."""

    def __init__(self, persona: Persona, seed: int, days: int) -> None:
        self.persona = persona
        preferences = persona.preferences
        rng = generator(seed, persona.family, Stream.DRIFT, persona.persona_id)
        drift = preferences.context.drift
        self._moment_drift = np.cumsum(drift * rng.standard_normal(days)).tolist()
        walk = np.cumsum(drift * rng.standard_normal((days, len(Category))), axis=0)
        activity = np.zeros((days, len(Activity)))
        change = preferences.context.change_day
        if change >= 0:
            walk[change:] += 0.9 * rng.standard_normal(len(Category))
            activity[change:] += 0.8 * rng.standard_normal(len(Activity))
        self._category = [dict(zip(Category, row, strict=True)) for row in walk.tolist()]
        self._activity = [dict(zip(Activity, row, strict=True)) for row in activity.tolist()]

    def _content(self, state: State, matter: Matter, load: Load) -> float:
        domain, context = self.persona.preferences.domain, self.persona.preferences.context
        situation = matter.situation
        category = matter.category
        x = (
            domain.base
            + domain.by_category[category]
            + domain.by_kind.get(matter.suggestion.kind, 0.0)
            + self._category[state.day][category]
            + domain.aging * (math.log1p(max(state.minute - situation.began, 0) / 15.0) - 1.0)
            + _MOOD * state.mood
            - context.habituation * load.of_kind_this_week
        )
        if matter.suggestion.risk_present:
            x += 0.8
        if category in (Category.SECURITY, Category.SAFETY) and (not state.home or state.hour >= 22.0):
            x += domain.away_worry
        if category is Category.CHORES and state.free_day:
            x += context.weekend_chores
        if situation.on_purpose:
            x -= _ON_PURPOSE
        elif situation.by_hand is not None:
            x += _CARES * (situation.by_member == self.persona.member)
            x -= _SOON * (situation.by_hand - state.minute < 10)
        if load.refused_kind_today:
            x -= 0.6
        return x

    def _circumstances(self, state: State) -> float:
        """Return what the day and the company add to the logit of a good moment."""
        context = self.persona.preferences.context
        x = 0.0
        if state.company is Company.GUESTS:
            x += context.guests
        if state.free_day:
            x += context.weekend
        if state.ill:
            x += context.ill
        if state.activity is Activity.WORKING and state.home:
            x += context.work_at_home
        return x

    def _moment(self, state: State, matter: Matter, load: Load) -> float:
        taste = self.persona.preferences.scheduling
        part = sum(state.hour >= first for first in DAY_PARTS) - 1
        x = (
            taste.base
            + taste.by_activity[state.activity]
            + self._activity[state.day][state.activity]
            + taste.by_day_part[part]
            + taste.morningness * math.cos((state.hour - 9.0) / 12.0 * math.pi)
            + self._circumstances(state)
            + self._moment_drift[state.day]
            - _BUSY * state.busy
            + _MOOD * state.mood
        )
        if state.activity in _HANDS:
            chore = matter.category is Category.CHORES or matter.suggestion.kind in _KITCHEN
            x += taste.chores_while_cooking if chore else -0.3 * taste.chores_while_cooking
        if state.transition is not Transition.NONE:
            x += taste.transition_gain
        elif taste.only_at_transitions and not matter.pressing:
            x -= _NOT_AT_TRANSITION
        if matter.pressing or matter.suggestion.urgency >= Urgency.HIGH:
            x += taste.urgency_opens * (0.9 if matter.pressing else 0.4) * max(-x, 0.0) + 0.3
        over = load.delivered_today + 1.0 - taste.wish_per_day
        x -= 0.8 * math.log1p(math.exp(min(over, 20.0)))
        if load.since < 600.0:
            x -= (2.4 - 1.8 * taste.patience) * math.exp(-load.since / taste.recovery_minutes)
        return x

    def _noticed(self, state: State) -> dict[Channel, float]:
        style, home = self.persona.preferences.style, self.persona.home
        asleep = state.activity is Activity.ASLEEP
        phone = _PHONE_BASE + style.phone_habit + _PHONE.get(state.phone, 0.0)
        phone += _PHONE_ACTIVITY.get(state.activity, 0.0) - 0.25 * state.busy
        if asleep and style.night_phone_off:
            phone -= 1.5
        speaker = 0.0
        if "speaker" in home.devices and state.home:
            near = 0.7 if state.room in (Room.KITCHEN, Room.LIVING_ROOM) else -0.5
            near -= 2.0 * (state.room is Room.OUTDOORS) + 2.2 * asleep + 0.5 * (state.activity is Activity.MEDIA)
            speaker = sigmoid(1.5 + near - 0.2 * state.busy)
        board = 0.02
        if "dashboard" in home.devices and state.home and not asleep:
            passing = 0.9 * (state.transition is not Transition.NONE) + 0.4 * (state.activity is Activity.IDLE)
            board = sigmoid(-0.9 + style.dashboard_habit + passing - 0.3 * state.busy)
        return {Channel.PHONE: sigmoid(phone), Channel.SPEAKER: speaker, Channel.DASHBOARD: board}

    def _level(self, state: State, matter: Matter) -> float:
        autonomy = self.persona.preferences.autonomy
        x = autonomy.delegates + autonomy.by_risk[matter.risk] + autonomy.by_category[matter.category]
        if state.company is Company.GUESTS:
            x -= 0.4
        if not state.home and matter.risk in (RiskClass.A1, RiskClass.A2):
            x += 0.35
        return x + 0.25 * (matter.suggestion.benefit - 0.5)

    def _style(self, state: State, matter: Matter, load: Load) -> tuple[float, float, float]:
        style = self.persona.preferences.style
        calm = state.activity in (Activity.IDLE, Activity.MEDIA, Activity.EATING)
        full = style.full + 0.7 * calm - 0.9 * matter.pressing - 0.5 * (not state.home) - 0.3 * state.busy
        warm = style.warm - 0.8 * matter.pressing + 0.3 * (state.hour >= 18.0)
        reason = style.reason + 0.5 * (matter.category in (Category.ENERGY, Category.MAINTENANCE))
        reason += 0.3 * (matter.risk >= RiskClass.A2) - 0.2 * min(load.of_kind_this_week, 5)
        return sigmoid(full), sigmoid(warm), sigmoid(reason)

    def channel_shift(self, state: State, channel: Channel) -> float:
        """Return what a channel adds to the logit of a good moment."""
        comfort = self.persona.preferences.style.speaker_comfort
        if channel is Channel.SPEAKER:
            return 0.5 * comfort - 0.9 * (state.company not in (Company.ALONE, Company.UNKNOWN))
        return 0.8 if channel is Channel.DASHBOARD else 0.0

    def factors(self, state: State, matter: Matter, load: Load) -> Factors:
        """Return the true factors of a suggestion."""
        content = sigmoid(self._content(state, matter, load))
        moment = sigmoid(self._moment(state, matter, load))
        level = self._level(state, matter)
        length, tone, reason = self._style(state, matter, load)
        preferences = self.persona.preferences
        return Factors(
            content=content,
            moment=moment,
            noticed=self._noticed(state),
            level=min(sum(level > cut for cut in LEVEL_CUTS), matter.ceiling()),
            level_margin=min(abs(level - cut) for cut in LEVEL_CUTS),
            length=length,
            tone=tone,
            reason=reason,
            utility=utility(
                content * moment,
                matter,
                preferences.cost_wrong,
                preferences.cost_attention
                * (1.0 + max(load.delivered_today - preferences.scheduling.wish_per_day, 0.0)),
                asleep=state.activity is Activity.ASLEEP,
            ),
        )
