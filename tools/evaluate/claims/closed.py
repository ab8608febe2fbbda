"""The product in closed loop: its own policy decides, the person answers, and what was said changes what follows."""

import heapq
from dataclasses import dataclass, field, fields, replace
from typing import Final

import numpy as np

from assistant.assistant import Assistant
from assistant.enums import Channel, Level, Reason, Reply, Verdict
from assistant.facts import Moment
from assistant.judge import judge_many, tolerated
from assistant.policy import decide
from assistant.results import Decision, Outcome
from assistant.settings import NEVER_HOURS, Settings, Standing
from assistant.state import ResidentState
from assistant.vocabulary import LEVELS
from tools.evaluate.responses.replay import Choice, load
from tools.personas.draw import draw_household
from tools.personas.population import MEMBERS_PER_ID
from tools.simulate.factors import Factors
from tools.simulate.resident import Resident
from tools.simulate.world import Opportunity, World, household_worlds

from .autonomy import Autonomy, Trust, with_action
from .live import Errand
from .scores import Floats

_PUSHED: Final = frozenset({Channel.PHONE, Channel.SPEAKER})
_REFUSED: Final = frozenset({Reply.NOT_NOW, Reply.WRONG})
_BY_LEVEL: Final = frozenset({Reason.OBSERVE_ONLY, Reason.POLICY_FORBIDDEN})
_BY_JUDGEMENT: Final = frozenset({Reason.LOW_CONFIDENCE, Reason.BETTER_MOMENT_AHEAD})
_WEEK: Final = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One way to run the product."""

    learns: bool = True
    settings: Settings = field(default_factory=Settings)
    draws: bool = False
    """Whether it decides by a draw from the posterior (Thompson) instead of its mean."""
    trust: Trust = Trust.NONE


_FREE: Final = Settings(ceiling=Level.ACT)

SETTINGS: Final[dict[str, Setting]] = {
    "population, as shipped": Setting(learns=False),
    "steering, as shipped": Setting(),
    "steering, no exploration": Setting(settings=Settings(exploration_per_week=0)),
    "steering, Thompson": Setting(settings=Settings(exploration_per_week=0), draws=True),
    "steering, acts where it was offered": Setting(settings=_FREE, trust=Trust.OFFERED),
    "steering, acts where it was set": Setting(settings=_FREE, trust=Trust.SET),
}
"""The product as it ships, and with one thing changed."""


@dataclass(frozen=True, kw_only=True)
class Days:
    """One person's days under one setting; every array has shape (days,)."""

    looks: Floats
    """Looks at which there was something to decide: not those while the same matter lay before the person."""
    messages: Floats
    """What interrupted: pushed, spoken aloud, or acted and told."""
    shown: Floats
    """What was laid on the dashboard, which interrupts nobody."""
    false: Floats
    """Messages that were not needed."""
    shown_false: Floats
    """Of what was shown, what was not needed."""
    explored_false: Floats
    """Of these, the ones it owed to curiosity."""
    missed: Floats
    """Needed looks at which nothing was said and nothing about it lay before the person."""
    missed_by_level: Floats
    """Of these, the ones whose kind is off or only watched, by its level."""
    missed_by_judgement: Floats
    """Of these, the ones that no rule held back: the model thought too little of them, or hoped for a better moment."""
    hits: Floats
    """Needed looks at which it was told, whichever way."""
    satisfaction: Floats
    """Summed over looks."""
    acts: Floats
    overreach: Floats
    """Acts beyond the level the person tolerated at that moment."""
    undone: Floats
    """Acts that the person undid or called wrong."""
    level_error: Floats
    """Distance between the level believed tolerated and the true one, summed over messages and acts."""
    wish: Floats

    @property
    def told(self) -> Floats:
        """Return the messages and what was laid on the dashboard."""
        return self.messages + self.shown


class _Run:
    """One person with one setting."""

    def __init__(self, assistant: Assistant, world: World, setting: Setting) -> None:
        self._assistant = assistant
        self._setting = setting
        self._resident = Resident(world)
        self._world = world
        self._state = assistant.new_resident()
        self._rng = np.random.default_rng([world.persona.persona_id, 4])
        self._waiting: list[tuple[float, int, Moment, Opportunity, Decision, Outcome]] = []
        self._pushes: list[tuple[int, str, str, bool]] = []
        self._silenced: dict[str, tuple[float, str]] = {}
        self._delivered: set[str] = set()
        self._autonomy = Autonomy(setting.trust)
        self._sums = {item.name: np.zeros(world.days) for item in fields(Days)}

    def days(self) -> Days:
        """Return the sums after living through all looks."""
        for opportunity in self._world.opportunities:
            self._hear(opportunity.minute)
            if self._resident.is_open(opportunity):
                self._look(opportunity)
        self._sums["wish"] += self._world.persona.preferences.scheduling.wish_per_day
        return Days(**self._sums)

    def _hear(self, minute: float) -> None:
        while self._waiting and self._waiting[0][0] <= minute:
            known, _, moment, opportunity, decision, outcome = heapq.heappop(self._waiting)
            situation = opportunity.suggestion.situation
            self._delivered.discard(situation)
            tolerated_now = self._resident.factors(opportunity).level
            self._autonomy.hear(known, opportunity.suggestion, decision, outcome, tolerated_now)
            if outcome.reply in _REFUSED:
                self._silenced[situation] = known + 60 * NEVER_HOURS, str(Reason.SAID_NO_BEFORE)
            elif outcome.reply is Reply.LATER and outcome.later_until is not None:
                wait = (outcome.later_until - outcome.at).total_seconds() / 60
                self._silenced[situation] = known + wait, str(Reason.SNOOZED)
            if self._setting.learns:
                self._state = self._assistant.learn(
                    self._state, moment, opportunity.suggestion, decision, outcome, self._world.person
                )

    def _standing(self, opportunity: Opportunity) -> Standing:
        minute, day = opportunity.minute, opportunity.session
        since_kind: dict[str, float] = {}
        since_situation: dict[str, float] = {}
        for at, kind, situation, _ in self._pushes:
            since_kind[kind] = since_situation[situation] = float(minute - at)
        today = sum(at // 1440 == minute // 1440 for at, *_ in self._pushes)
        return Standing(
            person=self._world.person,
            days_known=float(day),
            pushes_today=today,
            home_pushes_today=today,
            minutes_since_push=float(minute - self._pushes[-1][0]) if self._pushes else None,
            minutes_since_kind=since_kind,
            minutes_since_situation=since_situation,
            silenced={key: reason for key, (until, reason) in self._silenced.items() if until > minute},
            delivered=frozenset(self._delivered),
            explored_this_week=sum(explored and minute - at < _WEEK * 1440 for at, _, _, explored in self._pushes),
            may_act=frozenset(
                {opportunity.suggestion.situation}
                if self._autonomy.may_act(opportunity.suggestion.kind, minute)
                else ()
            ),
        )

    def _believed(self) -> ResidentState:
        if not self._setting.draws:
            return self._state
        drawn = self._rng.multivariate_normal(self._state.mean, self._state.covariance, method="eigh")
        return replace(self._state, mean=drawn)

    def _look(self, opportunity: Opportunity) -> None:
        moment, truth = self._resident.moment(opportunity), self._resident.factors(opportunity)
        suggestion, day, sums = opportunity.suggestion, opportunity.session, self._sums
        settings = self._setting.settings
        if self._setting.trust is not Trust.NONE:
            self._autonomy.meet(suggestion.kind, truth.level, opportunity.state)
            suggestion = with_action(suggestion)
            settings = replace(settings, levels=self._autonomy.levels)
        engine, state = self._assistant.engine, self._believed()
        [decision] = decide(engine, state, moment, [suggestion], settings, self._standing(opportunity))
        if decision.reason is Reason.DUPLICATE:
            return  # what became of it is known from the message that lies there
        told = decision.verdict in (Verdict.SPEAK, Verdict.ACT) and decision.channel is not Channel.DIGEST
        sums["looks"][day] += 1
        if told:
            [judged] = judge_many(engine, state, moment, [suggestion], self._world.person)
            self._count(decision, truth, day)
            sums["level_error"][day] += abs(LEVELS.index(tolerated(judged)) - truth.level)
            if decision.channel in _PUSHED:
                explored = decision.reason is Reason.EXPLORING
                self._pushes.append((opportunity.minute, suggestion.kind, suggestion.situation, explored))
            self._delivered.add(suggestion.situation)
        else:
            sums["satisfaction"][day] += 2.0 if truth.need else 4.0
            sums["missed"][day] += truth.need
            sums["missed_by_level"][day] += truth.need and decision.reason in _BY_LEVEL
            sums["missed_by_judgement"][day] += truth.need and decision.reason in _BY_JUDGEMENT
        said = decision if told else replace(decision, verdict=Verdict.HOLD)
        outcome = self._resident.respond(opportunity, said)
        if said.verdict is Verdict.ACT and outcome is not None:
            sums["undone"][day] += outcome.reply in (Reply.UNDONE, Reply.WRONG)
        if outcome is not None:
            known = opportunity.minute + outcome.delay_minutes
            heapq.heappush(self._waiting, (known, opportunity.index, moment, opportunity, said, outcome))

    def _count(self, decision: Decision, truth: Factors, day: int) -> None:
        """Count one message, by what it was worth."""
        sums, style = self._sums, decision.style
        acted, pushed = decision.verdict is Verdict.ACT, decision.channel in _PUSHED
        level = LEVELS.index(min(decision.level, LEVELS[-1])) if decision.level in LEVELS else 1
        within = not pushed or sums["messages"][day] < max(self._world.persona.preferences.scheduling.wish_per_day, 1.0)
        fits = (
            (style.length == "full") == (truth.length > 0.5),
            (style.tone == "warm") == (truth.tone > 0.5),
            style.with_reason == (truth.reason > 0.5),
        )
        fit = level <= truth.level and sum(fits) >= 2
        sums["satisfaction"][day] += truth.content + truth.moment + within + fit
        sums["hits"][day] += truth.need
        sums["acts"][day] += acted
        sums["overreach"][day] += acted and LEVELS[truth.level] < Level.ACT
        sums["messages" if pushed or acted else "shown"][day] += 1
        sums["false" if pushed or acted else "shown_false"][day] += not truth.need
        sums["explored_false"][day] += decision.reason is Reason.EXPLORING and not truth.need


class Loop:
    """The job of letting a household live with the product under every setting."""

    def __init__(self, choice: Choice, names: tuple[str, ...] = tuple(SETTINGS)) -> None:
        self._choice = choice
        self._names = names

    def __call__(self, errand: Errand) -> list[dict[str, Days]]:
        """Return its people's days by setting."""
        household = draw_household(errand.personas[0] // MEMBERS_PER_ID, errand.seed, errand.family)
        assistant = load(self._choice)
        return [
            {name: _Run(assistant, world, SETTINGS[name]).days() for name in self._names}
            for world in household_worlds(household, errand.days)
            if world.persona.persona_id in errand.personas
        ]


def stacked(people: list[dict[str, Days]], name: str, read: str) -> Floats:
    """Return one figure of everybody under a setting, shape (people, days)."""
    return np.array([getattr(person[name], read) for person in people])
