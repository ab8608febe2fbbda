"""The rules outside the learner: each gate is one row, and says why it holds a message back.

No setting, model or call passes them. The safety lane is decided before any gate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from .clock import after, minutes_between
from .enums import Activity, Channel, HomeMode, Level, PhoneState, Reason, Urgency
from .facts import Moment, Suggestion
from .fatigue import kind_gap, pause
from .kinds import KINDS, KindPolicy
from .levels import level_of
from .settings import CAP_MOST, FIRST_DAYS, FIRST_DAYS_CAP, GAP_LEAST_MINUTES, Settings, Standing

INTERRUPTING: Final = frozenset({Channel.SPEAKER, Channel.PHONE})
"""Channels that caps, gaps and quiet hours are about; a digest or dashboard is read when it is opened."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One suggestion at one moment for one resident, with all that the gates may look at."""

    moment: Moment
    suggestion: Suggestion
    settings: Settings
    standing: Standing

    @property
    def policy(self) -> KindPolicy | None:
        """Return the fixed policy of the kind; None for a kind of the person's own."""
        return KINDS.get(self.suggestion.kind)

    @property
    def pressing(self) -> bool:
        """Return whether harm is possible while it waits, and the kind may say so."""
        policy = self.policy
        return self.suggestion.risk_present and policy is not None and policy.in_quiet_hours

    @property
    def asked_for(self) -> bool:
        """Return whether a person set it up themselves: a reminder, or a message of their own automation."""
        return self.policy is None or self.policy.asked_for

    @property
    def wished(self) -> Channel:
        """Return the channel of the kind's table row."""
        policy = self.policy
        if policy is None or (policy.pushed_at_risk and self.suggestion.risk_present):
            return Channel.PHONE
        return policy.channel


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """One rule: when it holds, for what reason, and what stays open while it does."""

    reason: Reason
    holds: Callable[[Case], bool]
    interrupting_only: bool = True
    """Whether the dashboard, which interrupts nobody, stays open."""
    spares_calm: bool = False
    """Whether it is about interrupting, so that a kind of the dashboard or the digest passes."""
    until: Callable[[Case], datetime | None] = lambda _case: None
    """When to look again; None waits for a change of the home."""


def _next_day(case: Case) -> datetime:
    midnight = case.moment.at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def _after(case: Case, gap: float, since: float | None) -> datetime | None:
    # A clock that was set back leaves a negative "since"; nobody waits longer than the gap for that.
    return None if since is None else after(case.moment.at, min(gap, max(1.0, gap - since)))


def _within(since: float | None, gap: float) -> bool:
    """Return whether less than a gap has passed; a number that is none counts as just now."""
    return since is not None and not since >= gap


_SAID: Final = frozenset({Reason.ON_PURPOSE.value, Reason.SAID_NO_BEFORE.value, Reason.SNOOZED.value})


def _silences(case: Case) -> set[str]:
    silenced = case.standing.silenced
    return {silenced[key] for key in (case.suggestion.situation, case.suggestion.kind) if key in silenced}


def _kind_since(case: Case) -> float | None:
    """Return the minutes since the last push of a kind; of the situation alone, where the next is another matter.

    A second door unlocked at night waits for no first one, and eight o'clock's reminder not for seven's. What was put
    off comes back when it was promised.
    """
    if case.suggestion.situation in case.standing.put_off:
        return None
    if case.pressing or case.asked_for:
        return case.standing.minutes_since_situation.get(case.suggestion.situation)
    return case.standing.minutes_since_kind.get(case.suggestion.kind)


def _kind_gap(case: Case) -> float:
    return kind_gap(case.moment, case.suggestion.kind)


def _away(case: Case) -> bool:
    if case.moment.home is not False or case.pressing:
        return False
    if case.policy is None:
        # Of one's own: its author says by the urgency whether it can wait for the way home.
        return case.suggestion.urgency < Urgency.HIGH
    return not case.policy.while_away


def _new_here(case: Case) -> bool:
    return not case.standing.days_known >= FIRST_DAYS


def _capped(case: Case) -> bool:
    """Return whether the day's messages are used up.

    The cap of the first week is about first impressions (product 4.4), not about food that thaws: harm that is
    possible now has the person's own cap only. Their own reminders have none but zero, and neither has what they
    put off: it is no new message, and comes back once.
    """
    if case.suggestion.situation in case.standing.put_off and min(case.settings.push_cap, case.settings.home_cap) > 0:
        return case.standing.pushes_today >= CAP_MOST
    most = FIRST_DAYS_CAP if _new_here(case) and not case.pressing else CAP_MOST
    if case.policy is not None and case.policy.asked_for and case.settings.push_cap > 0:
        return case.standing.pushes_today >= CAP_MOST
    cap = min(case.settings.push_cap, most)
    home_cap = min(case.settings.home_cap, CAP_MOST)
    return case.standing.pushes_today >= cap or case.standing.home_pushes_today >= home_cap


def _gap(case: Case) -> float:
    """Return the minutes between two pushes; what cannot wait observes the least that may be set."""
    punctual = case.policy is not None and (case.policy.asked_for or case.policy.brief)
    return GAP_LEAST_MINUTES if _time_sensitive(case) or punctual else max(case.settings.gap_minutes, GAP_LEAST_MINUTES)


_BUSY: Final = frozenset({PhoneState.CALL, PhoneState.DRIVING, PhoneState.FOCUS})
_COMFORT_WAITS: Final = frozenset({HomeMode.PARTY})


def _time_sensitive(case: Case) -> bool:
    return case.suggestion.urgency is Urgency.TIME_SENSITIVE or case.pressing


GATES: Final[tuple[Gate, ...]] = (
    Gate(
        # Off by choice, or of a risk class that is never offered.
        reason=Reason.POLICY_FORBIDDEN,
        holds=lambda case: level_of(case.suggestion, case.settings) is Level.OFF,
        interrupting_only=False,
    ),
    Gate(
        # Its time is over: whatever it was about is no longer worth saying.
        reason=Reason.RESOLVED,
        holds=lambda case: minutes_between(case.suggestion.expires, case.moment.at) <= 0,
        interrupting_only=False,
    ),
    Gate(
        reason=Reason.ALREADY_AUTOMATED,
        holds=lambda case: case.suggestion.automated,
        interrupting_only=False,
    ),
    Gate(
        reason=Reason.ON_PURPOSE,
        holds=lambda case: Reason.ON_PURPOSE in _silences(case),
        interrupting_only=False,
    ),
    Gate(
        reason=Reason.SAID_NO_BEFORE,
        holds=lambda case: Reason.SAID_NO_BEFORE in _silences(case),
        interrupting_only=False,
    ),
    Gate(reason=Reason.SNOOZED, holds=lambda case: Reason.SNOOZED in _silences(case)),
    Gate(
        # Silenced for any other reason, even one that this version does not know.
        reason=Reason.KIND_COOLDOWN,
        holds=lambda case: bool(_silences(case) - _SAID),
    ),
    Gate(
        reason=Reason.DUPLICATE,
        holds=lambda case: case.suggestion.situation in case.standing.delivered,
        interrupting_only=False,
    ),
    Gate(reason=Reason.DUPLICATE, holds=lambda case: case.suggestion.situation in case.standing.told),
    Gate(
        reason=Reason.OBSERVE_ONLY,
        holds=lambda case: level_of(case.suggestion, case.settings) is Level.OBSERVE,
    ),
    Gate(
        reason=Reason.VACATION,
        holds=lambda case: (
            case.moment.mode is HomeMode.VACATION and not (case.policy is not None and case.policy.on_vacation)
        ),
    ),
    Gate(
        reason=Reason.GUEST,
        holds=lambda case: (
            case.moment.mode is HomeMode.GUEST and case.policy is not None and case.policy.not_with_guests
        ),
    ),
    Gate(
        reason=Reason.PARTY,
        holds=lambda case: case.moment.mode in _COMFORT_WAITS and not _time_sensitive(case),
    ),
    Gate(reason=Reason.STARTING_UP, holds=lambda case: case.standing.starting_up),
    Gate(
        reason=Reason.QUIET_HOURS,
        # Asleep counts as quiet whatever the clock says: learned sleep tightens, never loosens.
        holds=lambda case: (
            not case.pressing and (case.settings.quiet(case.moment.at) or case.moment.activity is Activity.ASLEEP)
        ),
        spares_calm=True,
        until=lambda case: case.settings.quiet_until(case.moment.at),
    ),
    Gate(reason=Reason.PERSON_AWAY, holds=_away, spares_calm=True),
    Gate(
        reason=Reason.PERSON_BUSY,
        holds=lambda case: (
            (case.moment.phone in _BUSY or case.moment.activity is Activity.CALL) and not _time_sensitive(case)
        ),
        spares_calm=True,
        until=lambda case: after(case.moment.at, 10),
    ),
    Gate(
        # In the first week only some kinds are pushed; what a person asked for, and possible harm, all the same.
        reason=Reason.KIND_COOLDOWN,
        holds=lambda case: (
            _new_here(case)
            and not case.pressing
            and not case.asked_for
            and not (case.policy is not None and case.policy.first_week)
        ),
        spares_calm=True,
    ),
    Gate(
        reason=Reason.KIND_COOLDOWN,
        holds=lambda case: pause(case.moment, case.suggestion.kind) > 0,
        spares_calm=True,
        until=lambda case: after(case.moment.at, max(1.0, pause(case.moment, case.suggestion.kind))),
    ),
    Gate(
        reason=Reason.KIND_COOLDOWN,
        holds=lambda case: _within(_kind_since(case), _kind_gap(case)),
        spares_calm=True,
        until=lambda case: _after(case, _kind_gap(case), _kind_since(case)),
    ),
    Gate(reason=Reason.DAILY_CAP, holds=_capped, spares_calm=True, until=_next_day),
    Gate(
        reason=Reason.MIN_GAP,
        holds=lambda case: (
            case.suggestion.situation not in case.standing.put_off
            and _within(case.standing.minutes_since_push, _gap(case))
        ),
        spares_calm=True,
        until=lambda case: _after(case, _gap(case), case.standing.minutes_since_push),
    ),
    Gate(
        reason=Reason.NOBODY_TO_TELL,
        holds=lambda case: not (INTERRUPTING & set(case.standing.channels)),
        spares_calm=True,
    ),
)


def first_gate(case: Case) -> Gate | None:
    """Return the first gate that holds, or None."""
    calm = case.wished not in INTERRUPTING
    return next((gate for gate in GATES if not (calm and gate.spares_calm) and gate.holds(case)), None)
