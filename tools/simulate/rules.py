"""Family B's tastes: thresholds and rules that hold or do not, with lapses, instead of sums of effects."""

from typing import Final

import numpy as np

from assistant.enums import Activity, Category, Channel, Company, PhoneState, RiskClass, Room, Transition
from assistant.kinds import KINDS
from tools.personas.model import Persona
from tools.streams import Stream, generator

from .factors import Factors, Load, Matter, utility
from .state import State

_YES: Final = 0.93
_NO: Final = 0.07
_LAPSE: Final = 0.3
"""P(yes) while somebody is in a burst of busyness: rules are forgotten both ways."""


class RuleTaste:
    """The rules of one person of family B."""

    def __init__(self, persona: Persona, seed: int, days: int) -> None:
        self.persona = persona
        preferences = persona.preferences
        rng = generator(seed, persona.family, Stream.DRIFT, persona.persona_id)
        domain, scheduling = preferences.domain, preferences.scheduling
        bar = -0.35 + 0.6 * float(rng.standard_normal())
        worth = {
            kind: domain.by_category[policy.category] + 0.8 * domain.by_kind[kind] + 0.5 * domain.base
            for kind, policy in KINDS.items()
        }
        self._wanted = frozenset(kind for kind, value in worth.items() if value > bar)
        self._after_change = frozenset(kind for kind, value in worth.items() if value + rng.normal(0.0, 1.0) > bar)
        self._lasting = float(rng.choice((0.0, 20.0, 60.0), p=(0.7, 0.2, 0.1)))
        limit = -0.95 + 0.3 * float(rng.standard_normal())
        self._blocked = frozenset(
            activity for activity, value in scheduling.by_activity.items() if value + 0.3 * scheduling.base < limit
        ) | {Activity.ASLEEP}
        first = 21.0 + 2.0 * float(rng.random()) + 0.5 * (persona.chronotype > 0)
        self._quiet = (first, 6.5 + 2.0 * float(rng.random()))
        self._gap = float(rng.choice((15.0, 45.0, 120.0, 240.0)))
        self._most = max(round(scheduling.wish_per_day), 1)
        self._tires_after = int(rng.choice((2, 4, 99), p=(0.25, 0.35, 0.4)))
        self._no_guests = preferences.context.guests < -0.7
        self._urgent_passes = scheduling.urgency_opens > 0.5
        self._levels = self._level_table(rng)

    def _level_table(self, rng: np.random.Generator) -> dict[tuple[RiskClass, Category], int]:
        """Return one fixed level per risk and category: a ladder that some climb and few climb to the top."""
        rung = (
            1
            + (self.persona.preferences.autonomy.delegates > -0.2)
            + (self.persona.preferences.autonomy.delegates > 0.6)
        )
        table: dict[tuple[RiskClass, Category], int] = {}
        for category in Category:
            trusted = rng.random() < 0.3
            for risk in RiskClass:
                step = rung + trusted - (risk >= RiskClass.A3) - (risk >= RiskClass.A2 and rung < 3)
                table[risk, category] = int(min(max(step, 0), 3))
        return table

    def _content(self, state: State, matter: Matter, load: Load) -> float:
        context = self.persona.preferences.context
        kinds = self._wanted
        if 0 <= context.change_day <= state.day:
            kinds = self._after_change
        kind = matter.suggestion.kind
        age = state.minute - matter.situation.began
        away_security = matter.category in (Category.SECURITY, Category.SAFETY) and not state.home
        wanted = kind in kinds or matter.suggestion.risk_present or away_security
        if matter.situation.on_purpose or load.of_kind_this_week >= self._tires_after:
            wanted = False
        if age < self._lasting and not matter.pressing:
            wanted = False
        return _YES if wanted else _NO

    def _moment(self, state: State, matter: Matter, load: Load) -> float:
        taste = self.persona.preferences.scheduling
        begin, end = self._quiet
        good = (
            state.activity not in self._blocked
            and not (state.hour >= begin or state.hour < end)
            and not (self._no_guests and state.company is Company.GUESTS)
            and not (taste.only_at_transitions and state.transition is Transition.NONE)
            and not state.ill
        )
        if not good and matter.pressing and self._urgent_passes:
            good = state.activity is not Activity.CALL
        if load.since < self._gap or load.delivered_today >= self._most:
            good = good and matter.pressing
        if state.busy > 1.0:
            return _LAPSE if good else _NO
        return _YES if good else _NO

    def _noticed(self, state: State) -> dict[Channel, float]:
        home = self.persona.home
        asleep = state.activity is Activity.ASLEEP
        out_of_reach = asleep or state.phone in (PhoneState.UNREACHABLE, PhoneState.DRIVING, PhoneState.CALL)
        phone = 0.08 if out_of_reach else 0.55 if state.busy > 1.0 or state.phone is PhoneState.FOCUS else 0.88
        near = state.home and not asleep and state.room is not Room.OUTDOORS
        speaker = 0.9 if near and "speaker" in home.devices else 0.02
        looks = self.persona.preferences.style.dashboard_habit > 0.0
        board = (0.5 if looks else 0.15) if near and "dashboard" in home.devices else 0.02
        return {Channel.PHONE: phone, Channel.SPEAKER: speaker, Channel.DASHBOARD: board}

    def channel_shift(self, state: State, channel: Channel) -> float:
        """Return what a channel adds to the logit of a good moment."""
        if channel is Channel.SPEAKER and self.persona.preferences.style.speaker_comfort < 0.0:
            return -2.5
        return 1.0 if channel is Channel.DASHBOARD else 0.0

    def factors(self, state: State, matter: Matter, load: Load) -> Factors:
        """Return the true factors of a suggestion."""
        style, preferences = self.persona.preferences.style, self.persona.preferences
        content = self._content(state, matter, load)
        moment = self._moment(state, matter, load)
        terse = matter.pressing or not state.home
        return Factors(
            content=content,
            moment=moment,
            noticed=self._noticed(state),
            level=min(self._levels[matter.risk, matter.category], matter.ceiling()),
            level_margin=1.0,
            length=_YES if style.full > 0.0 and not terse else _NO,
            tone=_YES if style.warm > 0.0 else _NO,
            reason=_YES if style.reason > 0.0 and load.of_kind_this_week < 4 else _NO,
            utility=utility(
                content * moment,
                matter,
                preferences.cost_wrong,
                preferences.cost_attention,
                asleep=state.activity is Activity.ASLEEP,
            ),
        )
