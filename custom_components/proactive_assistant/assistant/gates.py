"""The rules outside the learner: each gate is one row, and says why it holds a message back.

No setting, model or call passes them. The safety lane is decided before any gate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from .enums import Activity, Channel, HomeMode, Level, PhoneState, Reason, Urgency
from .facts import Moment, Suggestion
from .kinds import KINDS, KindPolicy
from .settings import FIRST_DAYS, FIRST_DAYS_CAP, KIND_GAP_MINUTES, Settings, Standing


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """One rule: when it holds, for what reason, and whether it only bars interrupting channels."""

    reason: Reason
    holds: Callable[[Case], bool]
    interrupting_only: bool = True
    """Whether the dashboard, which interrupts nobody, stays open."""
    until: Callable[[Case], datetime | None] = lambda _case: None
    """When to look again; None waits for a change of the home."""


def level_of(suggestion: Suggestion, settings: Settings) -> Level:
    """Return the level a kind may use: chosen or first level, under its ceiling and the home's."""
    policy = KINDS.get(suggestion.kind)
    if policy is None:
        return min(settings.levels.get(suggestion.kind, Level.SUGGEST), Level.SUGGEST)
    chosen = settings.levels.get(suggestion.kind, policy.first_level)
    if chosen <= Level.OBSERVE:
        return chosen
    return min(chosen, policy.ceiling, max(settings.ceiling, Level.OBSERVE))


def quiet_end(case: Case) -> datetime | None:
    """Return when the quiet hours around a moment end."""
    now = case.moment.at
    end = now.replace(
        hour=case.settings.quiet_end.hour,
        minute=case.settings.quiet_end.minute,
        second=0,
        microsecond=0,
    )
    return end if end > now else end + timedelta(days=1)


def _next_day(case: Case) -> datetime:
    midnight = case.moment.at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def _after(case: Case, gap: float, since: float | None) -> datetime | None:
    if since is None:
        return None
    return case.moment.at + timedelta(minutes=max(1.0, gap - since))


def _silenced(case: Case, *reasons: Reason) -> bool:
    silenced = case.standing.silenced
    found = {silenced.get(case.suggestion.situation), silenced.get(case.suggestion.kind)}
    return any(reason.value in found for reason in reasons)


def _kind_gap(case: Case) -> float | None:
    return case.standing.minutes_since_kind.get(case.suggestion.kind)


def _away(case: Case) -> bool:
    if case.moment.home is not False or case.pressing:
        return False
    return case.policy is None or not case.policy.while_away


def _first_week(case: Case) -> bool:
    if case.standing.days_known >= FIRST_DAYS:
        return False
    return case.policy is None or not case.policy.first_week


def _push_cap(case: Case) -> int:
    cap = case.settings.push_cap
    return min(cap, FIRST_DAYS_CAP) if case.standing.days_known < FIRST_DAYS else cap


_BUSY: Final = frozenset({PhoneState.CALL, PhoneState.DRIVING, PhoneState.FOCUS})
_COMFORT_WAITS: Final = frozenset({HomeMode.PARTY})


def _time_sensitive(case: Case) -> bool:
    return case.suggestion.urgency is Urgency.TIME_SENSITIVE


GATES: Final[tuple[Gate, ...]] = (
    Gate(
        reason=Reason.POLICY_FORBIDDEN,
        holds=lambda case: level_of(case.suggestion, case.settings) is Level.OFF,
        interrupting_only=False,
    ),
    Gate(
        reason=Reason.ON_PURPOSE,
        holds=lambda case: _silenced(case, Reason.ON_PURPOSE),
        interrupting_only=False,
    ),
    Gate(
        reason=Reason.SAID_NO_BEFORE,
        holds=lambda case: _silenced(case, Reason.SAID_NO_BEFORE),
        interrupting_only=False,
    ),
    Gate(reason=Reason.SNOOZED, holds=lambda case: _silenced(case, Reason.SNOOZED)),
    Gate(
        reason=Reason.DUPLICATE,
        holds=lambda case: case.suggestion.situation in case.standing.delivered,
        interrupting_only=False,
    ),
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
        reason=Reason.PARTY,
        holds=lambda case: case.moment.mode in _COMFORT_WAITS and not _time_sensitive(case),
    ),
    Gate(reason=Reason.STARTING_UP, holds=lambda case: case.standing.starting_up),
    Gate(
        reason=Reason.QUIET_HOURS,
        # Asleep counts as quiet whatever the clock says: learned sleep tightens, never loosens.
        holds=lambda case: (
            not case.pressing
            and (case.settings.quiet(case.moment.at.time()) or case.moment.activity is Activity.ASLEEP)
        ),
        until=lambda case: quiet_end(case) if case.settings.quiet(case.moment.at.time()) else None,
    ),
    Gate(reason=Reason.PERSON_AWAY, holds=_away),
    Gate(
        reason=Reason.PERSON_BUSY,
        holds=lambda case: (
            (case.moment.phone in _BUSY or case.moment.activity is Activity.CALL) and not _time_sensitive(case)
        ),
        until=lambda case: case.moment.at + timedelta(minutes=10),
    ),
    Gate(reason=Reason.KIND_COOLDOWN, holds=_first_week),
    Gate(
        reason=Reason.KIND_COOLDOWN,
        holds=lambda case: (_kind_gap(case) or KIND_GAP_MINUTES) < KIND_GAP_MINUTES,
        until=lambda case: _after(case, KIND_GAP_MINUTES, _kind_gap(case)),
    ),
    Gate(
        reason=Reason.DAILY_CAP,
        holds=lambda case: (
            case.standing.pushes_today >= _push_cap(case) or case.standing.home_pushes_today >= case.settings.home_cap
        ),
        until=_next_day,
    ),
    Gate(
        reason=Reason.MIN_GAP,
        holds=lambda case: (
            case.standing.minutes_since_push is not None
            and case.standing.minutes_since_push < case.settings.gap_minutes
            and not _time_sensitive(case)
        ),
        until=lambda case: _after(case, case.settings.gap_minutes, case.standing.minutes_since_push),
    ),
    Gate(
        reason=Reason.NOBODY_TO_TELL,
        holds=lambda case: not ({Channel.PHONE, Channel.SPEAKER} & set(case.standing.channels)),
    ),
)


def first_gate(case: Case) -> Gate | None:
    """Return the first gate that holds, or None."""
    return next((gate for gate in GATES if gate.holds(case)), None)
