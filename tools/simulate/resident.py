"""A resident in closed loop: what a policy says and leaves unsaid changes the load, and the load the answers."""

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from assistant.enums import Category, Channel, Length, Level, Reply, Tone, Verdict, WrongPart
from assistant.facts import Moment, RecentReply
from assistant.results import Decision, Outcome
from assistant.vocabulary import LEVELS
from tools.streams import Family

from .clock import DAY
from .factors import Factors, Load, logit, sigmoid
from .world import Opportunity, World

FLIPPED: Final = 0.05
"""Share of answers that come out wrong, on by default (DESIGN 8)."""
_RECENT: Final = 12
_WEEK: Final = 7 * DAY
_REFUSED: Final = frozenset({Reply.NOT_NOW, Reply.WRONG, Reply.NEVER, Reply.UNDONE})
_REFUSAL_LASTS: Final = 20 * 60
_INTERRUPTING: Final = frozenset({Channel.PHONE, Channel.SPEAKER})
_CLOSING: Final = frozenset({Reply.ACCEPTED, Reply.NEVER, Reply.UNDONE, Reply.DONE_BY_HAND, Reply.RESOLVED})

# What each of an opportunity's own chances is for.
NOTICED, GOOD, STYLE, AUTONOMY, REFUSAL, DELAY, SNOOZE, HORIZON, FLIP = range(9)
LENGTH, TONE, REASON = 12, 13, 14
RATINGS, RATED_LEVEL = 15, 23
"""The first of the eight chances that a rated bit comes out wrong, and the chance that a rated level wavers."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, and when its outcome was known."""

    minute: int
    kind: str
    category: Category
    interrupting: bool
    reply: Reply
    known: float


class Resident:
    """One person who lives through a World and answers; `flipped` sets the share of wrong answers."""

    def __init__(self, world: World, flipped: float = FLIPPED) -> None:
        self.world = world
        self.flipped = flipped
        self._deliveries: list[Delivery] = []
        self._closed: set[int] = set()

    def is_open(self, opportunity: Opportunity) -> bool:
        """Return whether the situation is still there, given what this policy brought about."""
        return opportunity.situation.number not in self._closed

    def load(self, minute: int, kind: str) -> Load:
        """Return what earlier messages left behind at a minute for a kind."""
        today = week = 0
        refused = False
        last = -math.inf
        for delivery in reversed(self._deliveries):
            if minute - delivery.minute > _WEEK:
                break
            if delivery.interrupting:
                today += delivery.minute // DAY == minute // DAY
                last = max(last, delivery.minute)
            if delivery.kind == kind:
                week += 1
                refused |= delivery.reply in _REFUSED and minute - delivery.minute < _REFUSAL_LASTS
        return Load(
            delivered_today=today,
            since=minute - last,
            of_kind_this_week=week,
            refused_kind_today=refused,
        )

    def moment(self, opportunity: Opportunity) -> Moment:
        """Return the sensed Moment with the load this policy produced."""
        minute = opportunity.minute
        load = self.load(minute, opportunity.suggestion.kind)
        recent = tuple(
            RecentReply(
                kind=delivery.kind,
                category=delivery.category,
                reply=delivery.reply,
                minutes_ago=float(minute - delivery.minute),
            )
            for delivery in reversed(self._deliveries[-_RECENT:])
            if delivery.known <= minute
        )
        return replace(
            opportunity.moment,
            delivered_today=load.delivered_today,
            minutes_since_delivery=None if math.isinf(load.since) else float(load.since),
            recent=recent,
        )

    def factors(self, opportunity: Opportunity) -> Factors:
        """Return the true factors now, load and all: for evaluation only."""
        load = self.load(opportunity.minute, opportunity.suggestion.kind)
        return self.world.taste.factors(opportunity.state, opportunity.matter, load)

    def respond(self, opportunity: Opportunity, decision: Decision) -> Outcome | None:
        """Return how a decision ends, and remember it.

        To silence (hold, drop) there is an answer only at a situation's last look: done by hand, resolved or
        expired; None means that nothing has been seen yet.
        """
        if decision.verdict not in (Verdict.SPEAK, Verdict.ACT):
            return self._silence(opportunity)
        outcome = self._answer(opportunity, decision)
        self._deliveries.append(
            Delivery(
                opportunity.minute,
                opportunity.suggestion.kind,
                opportunity.suggestion.category,
                decision.channel in _INTERRUPTING,
                outcome.reply,
                opportunity.minute + outcome.delay_minutes,
            )
        )
        if outcome.reply in _CLOSING:
            self._closed.add(opportunity.situation.number)
        return outcome

    def _outcome(
        self,
        opportunity: Opportunity,
        reply: Reply,
        delay: float,
        later: float | None = None,
        part: WrongPart | None = None,
    ) -> Outcome:
        now = opportunity.moment.at
        at = now + timedelta(minutes=delay)
        return Outcome(
            reply=reply,
            at=at,
            delay_minutes=delay,
            later_until=None if later is None else at + timedelta(minutes=later),
            part=part,
        )

    def _ended(self, opportunity: Opportunity) -> tuple[Reply, float]:
        """Return how and after how many minutes a situation ends without a word."""
        situation = opportunity.situation
        delay = float(max(situation.over - opportunity.minute, 0))
        if situation.by_hand is not None and situation.by_hand <= situation.ends:
            mine = situation.by_member == self.world.persona.member
            return (Reply.DONE_BY_HAND if mine else Reply.RESOLVED), delay
        return (Reply.RESOLVED if situation.on_purpose else Reply.EXPIRED), delay

    def _silence(self, opportunity: Opportunity) -> Outcome | None:
        if not opportunity.last or not self.is_open(opportunity):
            return None
        reply, delay = self._ended(opportunity)
        return self._outcome(opportunity, reply, delay)

    def _answer(self, opportunity: Opportunity, decision: Decision) -> Outcome:
        factors = self.factors(opportunity)
        draws = opportunity.draws
        ended, left = self._ended(opportunity)
        delay = self._delay(opportunity, decision.channel)
        acted = decision.verdict is Verdict.ACT or decision.level is Level.ACT
        if draws[NOTICED] >= factors.noticed.get(decision.channel, 0.0) and not acted:
            if left <= 60.0 and ended is not Reply.EXPIRED:
                return self._outcome(opportunity, ended, left)
            return self._outcome(opportunity, Reply.UNSEEN, min(left, 240.0))
        if delay > left and not acted:
            return self._outcome(opportunity, ended, left)
        wanted = opportunity.content_draw < factors.content
        shift = self.world.taste.channel_shift(opportunity.state, decision.channel)
        good = draws[GOOD] < sigmoid(logit(factors.moment) + shift)
        if acted:
            reply, part = self._act(wanted=wanted, level=factors.level, draw=draws[REFUSAL])
        else:
            reply, part = self._reply(opportunity, decision, factors, wanted=wanted, good=good)
        if draws[FLIP] < self.flipped and reply in (Reply.ACCEPTED, Reply.NOT_NOW, Reply.LATER):
            reply, part = (Reply.NOT_NOW if reply is Reply.ACCEPTED else Reply.ACCEPTED), None
        later = self._horizon(opportunity) if reply is Reply.LATER else None
        return self._outcome(opportunity, reply, delay, later, part)

    def _act(self, *, wanted: bool, level: int, draw: float) -> tuple[Reply, WrongPart | None]:
        """Return the answer to an act that was told afterwards."""
        if not wanted:
            return (Reply.UNDONE, None) if draw < 0.7 else (Reply.WRONG, WrongPart.CONTENT)
        if LEVELS[level] is Level.ACT or draw < 0.3:
            return Reply.ACCEPTED, None
        return (Reply.UNDONE, None) if draw < 0.65 else (Reply.WRONG, WrongPart.AUTONOMY)

    def _reply(
        self, opportunity: Opportunity, decision: Decision, factors: Factors, *, wanted: bool, good: bool
    ) -> tuple[Reply, WrongPart | None]:
        """Return the answer of somebody who noticed a message in time."""
        draws = opportunity.draws
        style = self.world.persona.preferences.style
        beyond = LEVELS.index(decision.level) - factors.level if decision.level in LEVELS else 0
        if beyond > 0 and draws[AUTONOMY] < 0.3 * beyond:
            if decision.level is Level.ASK and draws[REFUSAL] < 0.5:
                return Reply.WRONG, WrongPart.AUTONOMY
            return Reply.NOT_NOW, None
        if not wanted:
            return self._unwanted(draws[REFUSAL])
        if not good:
            return self._mistimed(opportunity)
        misses = self._style_misses(opportunity, decision, factors)
        if draws[STYLE] < 1.0 - (1.0 - style.style_matters) ** misses:
            return Reply.NOT_NOW, None
        return Reply.ACCEPTED, None

    def _mistimed(self, opportunity: Opportunity) -> tuple[Reply, WrongPart | None]:
        """Return the answer to something wanted at a bad moment."""
        preferences, draws = self.world.persona.preferences, opportunity.draws
        if draws[SNOOZE] < preferences.style.snoozer:
            return Reply.LATER, None
        if draws[REFUSAL] >= 0.2:
            return Reply.NOT_NOW, None
        load = self.load(opportunity.minute, opportunity.suggestion.kind)
        much = load.delivered_today >= preferences.scheduling.wish_per_day
        return Reply.WRONG, WrongPart.TOO_OFTEN if much else WrongPart.TIME

    def _unwanted(self, draw: float) -> tuple[Reply, WrongPart | None]:
        if draw < 0.12:  # swiped away or left lying: to the home it looks unseen
            return Reply.UNSEEN, None
        if draw < 0.74:
            return Reply.NOT_NOW, None
        return (Reply.WRONG, WrongPart.CONTENT) if draw < 0.93 else (Reply.NEVER, None)

    def _style_misses(self, opportunity: Opportunity, decision: Decision, factors: Factors) -> int:
        """Return how many of length, tone and reason miss what this person prefers now."""
        style, draws = decision.style, opportunity.draws
        return (
            ((style.length is Length.FULL) != (draws[LENGTH] < factors.length))
            + ((style.tone is Tone.WARM) != (draws[TONE] < factors.tone))
            + (style.with_reason != (draws[REASON] < factors.reason))
        )

    def _delay(self, opportunity: Opportunity, channel: Channel) -> float:
        """Return the minutes until a noticed message is answered.

        A: log-normal with the median view time of Pielot et al. 2014 on phones (6.15 min; a speaker is heard at once);
        B: a Pareto tail.
        """
        draw = min(max(opportunity.draws[DELAY], 1e-6), 1.0 - 1e-6)
        median = {Channel.SPEAKER: 0.7, Channel.DASHBOARD: 20.0}.get(channel, 6.15)
        if self.world.persona.family is Family.B:
            return float(0.35 * median * (1.0 - draw) ** -0.9)
        # A logistic quantile of the log-delay: near to log-normal, in closed form.
        return float(median * math.exp(0.62 * math.log(draw / (1.0 - draw))))

    def _horizon(self, opportunity: Opportunity) -> float:
        """Return the minutes a person puts a message off: today or next morning, rarely longer (Weber et al. 2018)."""
        draw, hour = opportunity.draws[HORIZON], opportunity.state.hour
        if draw < 0.4:
            return 30.0 if draw < 0.25 else 120.0
        if draw < 0.68 and hour < 18.0:
            return (18.5 - hour) * 60.0
        if draw < 0.96:
            return (24.0 - hour + 8.0) * 60.0
        return 3.0 * DAY
