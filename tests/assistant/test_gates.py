"""The rules outside the learner: each at its edge, and together against every setting and standing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.clock import minutes_between
from assistant.enums import (
    Activity,
    Category,
    Channel,
    HomeMode,
    Level,
    PhoneState,
    Reason,
    Reply,
    RiskClass,
    Room,
    Urgency,
)
from assistant.facts import Moment, RecentReply, Suggestion
from assistant.fatigue import kind_gap, pause
from assistant.gates import GATES, INTERRUPTING, Case, first_gate
from assistant.kinds import KINDS
from assistant.levels import RISK_CEILINGS, level_of, risk_of
from assistant.settings import Settings, Standing
from tests.assistant.cases import (
    NOON,
    SETTINGS,
    STANDINGS,
    ZONE,
    action,
    drawn,
    every_night,
    moment,
    scenes,
    standing,
    suggestion,
)


def case(
    found: Suggestion | None = None,
    at: Moment | None = None,
    settings: Settings | None = None,
    **standings: Any,
) -> Case:
    return Case(
        moment=at or moment(),
        suggestion=found or suggestion(),
        settings=settings or Settings(),
        standing=standing(**standings),
    )


def held(*args: Any, **kwargs: Any) -> Reason | None:
    gate = first_gate(case(*args, **kwargs))
    return None if gate is None else gate.reason


def test_an_ordinary_suggestion_at_noon_passes() -> None:
    assert held() is None


# Levels -----------------------------------------------------------------------------------------


@given(st.sampled_from([*KINDS, "my_own"]), st.sampled_from(RiskClass), st.sampled_from(RiskClass), SETTINGS)
@drawn(150)
def test_no_level_exceeds_any_ceiling(kind: str, risk: RiskClass, offered: RiskClass, settings: Settings) -> None:
    found = suggestion(kind, risk=risk, actions=(action(offered),))
    level = level_of(found, settings)
    policy = KINDS.get(kind)
    assert level <= settings.ceiling
    assert level <= (policy.ceiling if policy else Level.SUGGEST)
    assert level <= settings.levels.get(kind, policy.first_level if policy else Level.SUGGEST)
    assert level <= RISK_CEILINGS[max(risk, offered)]
    assert risk_of(found) is max(risk, offered)
    assert isinstance(level, Level)


@pytest.mark.parametrize("ceiling", Level)
def test_the_homes_ceiling_holds_for_a_kind_of_ones_own_too(ceiling: Level) -> None:
    settings = Settings(ceiling=ceiling, levels={"my_own": Level.ACT})
    assert level_of(suggestion("my_own"), settings) is min(ceiling, Level.SUGGEST)


def test_what_moves_machinery_is_asked_even_where_the_kind_may_act() -> None:
    settings = Settings(ceiling=Level.ACT, levels={"leave_home": Level.ACT})
    assert level_of(suggestion("leave_home", risk=RiskClass.A1), settings) is Level.ACT
    assert level_of(suggestion("leave_home", risk=RiskClass.A3), settings) is Level.ASK
    assert level_of(suggestion("leave_home", risk=RiskClass.A1, actions=(action(RiskClass.A3),)), settings) is Level.ASK


@pytest.mark.parametrize("found", [suggestion(risk=RiskClass.A4), suggestion(actions=(action(RiskClass.A4),))])
def test_what_is_never_offered_is_dropped(found: Suggestion) -> None:
    settings = Settings(ceiling=Level.ACT, levels={"opening_left": Level.ACT})
    assert held(found, settings=settings) is Reason.POLICY_FORBIDDEN


# One by one -------------------------------------------------------------------------------------

NIGHT = moment(at=NOON.replace(hour=23))
VACATION, GUEST, PARTY = (moment(mode=mode) for mode in (HomeMode.VACATION, HomeMode.GUEST, HomeMode.PARTY))
LOCK = suggestion("lock_check")
RISKY_LOCK = replace(LOCK, risk_present=True)
REMINDER = suggestion("routine_due")
REMINDED = Settings(levels={"routine_due": Level.SUGGEST})
OFF: Mapping[str, Level] = {"opening_left": Level.OFF}


@pytest.mark.parametrize(
    ("reason", "arguments"),
    [
        (Reason.POLICY_FORBIDDEN, {"settings": Settings(levels=OFF)}),
        (Reason.POLICY_FORBIDDEN, {"settings": Settings(ceiling=Level.OFF)}),
        (Reason.RESOLVED, {"found": suggestion(expires=NOON)}),
        (None, {"found": suggestion(expires=NOON + timedelta(seconds=1))}),
        (Reason.ON_PURPOSE, {"silenced": {"opening_left:thing": "on_purpose"}}),
        (Reason.SAID_NO_BEFORE, {"silenced": {"opening_left": "said_no_before"}}),
        (Reason.SNOOZED, {"silenced": {"opening_left:thing": "snoozed"}}),
        (Reason.KIND_COOLDOWN, {"silenced": {"opening_left": "kind_cooldown"}}),
        (Reason.KIND_COOLDOWN, {"silenced": {"opening_left": "a reason of a later version"}}),
        (None, {"silenced": {"bin_day": "said_no_before"}}),
        (Reason.DUPLICATE, {"delivered": frozenset({"opening_left:thing"})}),
        (Reason.DUPLICATE, {"told": frozenset({"opening_left:thing"})}),
        (Reason.OBSERVE_ONLY, {"settings": Settings(ceiling=Level.OBSERVE)}),
        (Reason.OBSERVE_ONLY, {"found": suggestion("room_light_idle")}),
        (Reason.VACATION, {"at": VACATION}),
        (Reason.VACATION, {"found": suggestion("my_own"), "at": VACATION}),
        (None, {"found": suggestion("garage_open"), "at": VACATION}),
        (Reason.GUEST, {"found": suggestion("leave_home"), "at": GUEST}),
        (None, {"at": GUEST}),
        (None, {"found": suggestion("my_own"), "at": GUEST}),
        (Reason.PARTY, {"at": PARTY}),
        (None, {"found": LOCK, "at": PARTY}),
        (Reason.STARTING_UP, {"starting_up": True}),
        (Reason.QUIET_HOURS, {"at": NIGHT}),
        (Reason.QUIET_HOURS, {"at": moment(activity=Activity.ASLEEP)}),
        (Reason.QUIET_HOURS, {"found": LOCK, "at": NIGHT}),
        (None, {"found": RISKY_LOCK, "at": NIGHT}),
        (Reason.QUIET_HOURS, {"found": suggestion(risk_present=True), "at": NIGHT}),
        (Reason.PERSON_AWAY, {"found": suggestion("bedtime"), "at": moment(activity=Activity.AWAY)}),
        (Reason.PERSON_AWAY, {"found": suggestion("my_own"), "at": moment(room=Room.NOT_HOME)}),
        (None, {"found": suggestion("my_own", urgency=Urgency.HIGH), "at": moment(activity=Activity.AWAY)}),
        (Reason.QUIET_HOURS, {"found": suggestion("my_own", urgency=Urgency.TIME_SENSITIVE), "at": NIGHT}),
        (Reason.QUIET_HOURS, {"found": suggestion("my_own", risk_present=True), "at": NIGHT}),
        (None, {"found": suggestion("cold_storage", risk_present=True), "at": NIGHT}),
        (None, {"found": suggestion("heat_source_on", risk_present=True), "at": NIGHT}),
        (Reason.QUIET_HOURS, {"found": suggestion("bedtime", risk_present=True), "at": NIGHT}),
        (None, {"at": moment(activity=Activity.AWAY)}),
        (None, {"found": suggestion("bedtime"), "at": Moment(at=NOON)}),
        (Reason.PERSON_BUSY, {"at": moment(phone=PhoneState.DRIVING)}),
        (Reason.PERSON_BUSY, {"at": moment(phone=PhoneState.FOCUS)}),
        (Reason.PERSON_BUSY, {"at": moment(activity=Activity.CALL)}),
        (None, {"found": LOCK, "at": moment(phone=PhoneState.CALL)}),
        (Reason.KIND_COOLDOWN, {"found": suggestion("heat_source_on"), "days_known": 6.9}),
        (Reason.KIND_COOLDOWN, {"found": suggestion("vacuum_now"), "days_known": float("nan")}),
        (None, {"found": suggestion("my_own"), "days_known": 1.0}),
        (None, {"found": suggestion("heat_source_on", risk_present=True), "days_known": 1.0}),
        (None, {"found": RISKY_LOCK, "pushes_today": 2, "days_known": 1.0}),
        (None, {"found": RISKY_LOCK, "minutes_since_kind": {"lock_check": 1.0}}),
        (Reason.KIND_COOLDOWN, {"found": RISKY_LOCK, "minutes_since_situation": {"lock_check:thing": 1.0}}),
        (None, {"found": suggestion("my_own"), "minutes_since_kind": {"my_own": 1.0}}),
        (Reason.KIND_COOLDOWN, {"found": suggestion("my_own"), "minutes_since_situation": {"my_own:thing": 1.0}}),
        (Reason.DAILY_CAP, {"found": suggestion("my_own"), "pushes_today": 3}),
        (None, {"found": REMINDER, "settings": REMINDED, "pushes_today": 5, "minutes_since_push": 11.0}),
        (Reason.DAILY_CAP, {"found": REMINDER, "settings": replace(REMINDED, push_cap=0)}),
        (Reason.DAILY_CAP, {"found": REMINDER, "settings": REMINDED, "pushes_today": 12}),
        (None, {"found": REMINDER, "settings": REMINDED, "minutes_since_kind": {"routine_due": 1.0}}),
        (None, {"days_known": 0.0}),
        (None, {"found": suggestion("heat_source_on"), "days_known": 7.0}),
        (Reason.KIND_COOLDOWN, {"minutes_since_kind": {"opening_left": 0.0}}),
        (Reason.KIND_COOLDOWN, {"minutes_since_kind": {"opening_left": 179.9}}),
        (Reason.KIND_COOLDOWN, {"minutes_since_kind": {"opening_left": float("nan")}}),
        (None, {"minutes_since_kind": {"opening_left": 180.0, "bin_day": 0.0}}),
        (Reason.DAILY_CAP, {"pushes_today": 3}),
        (None, {"pushes_today": 2}),
        (Reason.DAILY_CAP, {"pushes_today": 2, "days_known": 1.0}),
        (Reason.DAILY_CAP, {"home_pushes_today": 5}),
        (Reason.DAILY_CAP, {"pushes_today": 12, "settings": Settings(push_cap=999)}),
        (Reason.DAILY_CAP, {"home_pushes_today": 12, "settings": Settings(home_cap=999)}),
        (Reason.DAILY_CAP, {"settings": Settings(push_cap=0)}),
        (Reason.DAILY_CAP, {"found": RISKY_LOCK, "pushes_today": 3}),
        (Reason.MIN_GAP, {"minutes_since_push": 44.9}),
        (Reason.MIN_GAP, {"minutes_since_push": 0.0}),
        (Reason.MIN_GAP, {"minutes_since_push": -30.0}),
        (Reason.MIN_GAP, {"minutes_since_push": float("nan")}),
        (None, {"minutes_since_push": 45.0}),
        (Reason.MIN_GAP, {"minutes_since_push": 9.9, "settings": Settings(gap_minutes=0)}),
        (None, {"found": LOCK, "minutes_since_push": 10.0}),
        (None, {"found": suggestion("leave_home"), "minutes_since_push": 10.0}),
        (Reason.MIN_GAP, {"found": suggestion("leave_home"), "minutes_since_push": 9.9}),
        (Reason.QUIET_HOURS, {"found": suggestion("leave_home"), "at": NIGHT}),
        (Reason.PERSON_BUSY, {"found": suggestion("leave_home"), "at": moment(phone=PhoneState.DRIVING)}),
        (None, {"found": suggestion("leave_home", risk_present=True), "at": NIGHT}),
        (None, {"found": suggestion("leave_home", risk_present=True), "at": moment(phone=PhoneState.DRIVING)}),
        (Reason.DAILY_CAP, {"found": suggestion("leave_home", risk_present=True), "pushes_today": 3}),
        (Reason.MIN_GAP, {"found": LOCK, "minutes_since_push": 0.0}),
        (Reason.NOBODY_TO_TELL, {"channels": (Channel.DASHBOARD, Channel.DASHBOARD)}),
        (Reason.NOBODY_TO_TELL, {"channels": ()}),
        (None, {"channels": (Channel.PHONE, Channel.PHONE)}),
    ],
    ids=lambda item: getattr(item, "value", "passes") if not isinstance(item, dict) else ",".join(item),
)
def test_a_gate_at_its_edge(reason: Reason | None, arguments: dict[str, Any]) -> None:
    assert held(**arguments) is reason


BATTERY = suggestion("battery_low")


def test_the_battery_of_a_lock_is_pushed_and_waits_for_the_day() -> None:
    risky = replace(BATTERY, risk_present=True)
    assert case(risky).wished is Channel.PHONE
    assert case(BATTERY).wished is Channel.DIGEST
    assert held(risky, at=NIGHT) is Reason.QUIET_HOURS
    assert held(risky, pushes_today=3) is Reason.DAILY_CAP
    assert held(risky) is None


@pytest.mark.parametrize(
    "arguments",
    [
        {"at": NIGHT},
        {"at": moment(phone=PhoneState.CALL)},
        {"at": moment(activity=Activity.AWAY)},
        {"pushes_today": 9},
        {"minutes_since_push": 0.0},
        {"days_known": 0.0},
        {"channels": ()},
        {"minutes_since_kind": {"battery_low": 1.0}},
    ],
    ids=str,
)
def test_what_interrupts_nobody_passes_the_rules_about_interrupting(arguments: dict[str, Any]) -> None:
    assert held(BATTERY, **arguments) is None


@pytest.mark.parametrize(
    ("reason", "arguments"),
    [
        (Reason.POLICY_FORBIDDEN, {"settings": Settings(ceiling=Level.OFF)}),
        (Reason.OBSERVE_ONLY, {"settings": Settings(ceiling=Level.OBSERVE)}),
        (Reason.VACATION, {"at": VACATION}),
        (Reason.SAID_NO_BEFORE, {"silenced": {"battery_low": "said_no_before"}}),
        (Reason.STARTING_UP, {"starting_up": True}),
    ],
)
def test_what_interrupts_nobody_keeps_to_the_other_rules(reason: Reason, arguments: dict[str, Any]) -> None:
    assert held(BATTERY, **arguments) is reason


# Refused, unanswered ----------------------------------------------------------------------------

DAY = 24 * 60.0


def replies(*answers: tuple[Reply, float], kind: str = "opening_left") -> Moment:
    return moment(
        recent=tuple(
            RecentReply(kind=kind, category=Category.SECURITY, reply=reply, minutes_ago=ago) for reply, ago in answers
        )
    )


NO, NONE, YES = Reply.NOT_NOW, Reply.UNSEEN, Reply.ACCEPTED


@pytest.mark.parametrize(
    ("at", "gap"),
    [
        (replies(), 180.0),
        (replies((NO, 10.0), (NO, DAY)), 180.0),
        (replies((NO, 10.0), (YES, 20.0), (NO, DAY), (NO, 14 * DAY)), 360.0),
        (replies((NO, 10.0), (NO, DAY), (NO, 14 * DAY + 1)), 180.0),
        (replies((NO, 10.0), (NO, DAY), (NO, DAY), kind="bin_day"), 180.0),
        (replies((NONE, 3 * DAY), (NONE, 4 * DAY)), 360.0),
        (replies((YES, DAY), (NONE, 3 * DAY), (NONE, 4 * DAY)), 180.0),
    ],
    ids=["none", "two", "three in a fortnight", "too long ago", "another kind", "two unanswered", "answered since"],
)
def test_a_kind_that_is_refused_or_unanswered_comes_half_as_often(at: Moment, gap: float) -> None:
    assert kind_gap(at, "opening_left") == gap
    assert (held(at=at, minutes_since_kind={"opening_left": 200.0}) is Reason.KIND_COOLDOWN) is (gap == 360.0)


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (replies((NONE, 60.0)), 0.0),
        (replies((NONE, 60.0), (NONE, 400.0)), DAY - 60.0),
        (replies((NONE, 60.0), (YES, 90.0), (NONE, 400.0)), 0.0),
        (replies((NONE, DAY), (NONE, 2 * DAY)), 0.0),
        (replies((NONE, -5.0), (NONE, 2 * DAY)), DAY),
    ],
)
def test_a_kind_twice_unanswered_keeps_to_the_dashboard_for_a_day(at: Moment, left: float) -> None:
    assert pause(at, "opening_left") == left
    gate = first_gate(case(at=at))
    assert (gate is not None) is (left > 0)
    if gate is not None:
        assert gate.reason is Reason.KIND_COOLDOWN
        again = gate.until(case(at=at))
        assert again is not None
        assert minutes_between(again, NOON) == pytest.approx(left)


# When to look again -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "start", "end", "hours"),
    [
        (NOON.replace(hour=23), time(22), time(7), 8.0),
        (NOON.replace(hour=2), time(22), time(7), 5.0),
        (NOON.replace(hour=13), time(12), time(14, 30), 1.5),
        (NOON.replace(hour=6, minute=59, second=59), time(22), time(7, 0, 30), 31 / 3600),
        (datetime(2026, 10, 24, 23, tzinfo=ZONE), time(22), time(7), 9.0),
        (datetime(2026, 3, 28, 23, tzinfo=ZONE), time(22), time(7), 7.0),
    ],
    ids=["before midnight", "after midnight", "by day", "with seconds", "longest night", "shortest night"],
)
def test_quiet_hours_are_looked_at_again_when_they_end(at: datetime, start: time, end: time, hours: float) -> None:
    found = case(at=moment(at=at), settings=every_night(start, end))
    assert found.settings.quiet(at)
    again = found.settings.quiet_until(at)
    assert again is not None
    assert minutes_between(again, at) == pytest.approx(60 * hours)
    assert not found.settings.quiet(again)


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        ((25, 21, 59), None),  # Wednesday
        ((25, 22, 0), 9.0),
        ((27, 22, 30), None),  # Friday: the night to Saturday begins later
        ((27, 23, 0), 9.5),
        ((28, 8, 0), 0.5),  # Saturday
        ((28, 8, 30), None),
        ((28, 22, 59), None),
        ((29, 8, 29), 1 / 60),  # Sunday
        ((29, 22, 0), 9.0),  # the night to Monday is one of the week again
        ((30, 7, 0), None),
    ],
)
def test_the_nights_of_a_weekend_are_later(at: tuple[int, int, int], hours: float | None) -> None:
    day, hour, minute = at
    local = datetime(2026, 11, day, hour, minute, tzinfo=ZONE)
    found = Settings().quiet_until(local)
    assert (found is None) is (hours is None)
    if found is not None:
        assert minutes_between(found, local) == pytest.approx(60 * hours)


@given(SETTINGS, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(ZONE)))  # noqa: DTZ001
@drawn(300)
def test_quiet_hours_end_in_the_future_and_are_over_then(settings: Settings, at: datetime) -> None:
    end = settings.quiet_until(at)
    if end is not None:
        assert 0 < minutes_between(end, at) <= 25 * 60


@pytest.mark.parametrize(
    ("minutes", "arguments"),
    [
        (10.0, {"at": moment(phone=PhoneState.CALL)}),
        (80.0, {"minutes_since_kind": {"opening_left": 100.0}}),
        (45.0, {"minutes_since_push": 0.0}),
        (1.0, {"minutes_since_push": 44.9}),
        (45.0, {"minutes_since_push": -9999.0}),
        (720.0, {"pushes_today": 3}),
    ],
)
def test_a_gate_says_when_to_look_again(minutes: float, arguments: dict[str, Any]) -> None:
    found = case(**arguments)
    gate = first_gate(found)
    assert gate is not None
    again = gate.until(found)
    assert again is not None
    assert minutes_between(again, NOON) == pytest.approx(minutes)


def test_asleep_by_day_waits_for_waking_not_for_the_clock() -> None:
    found = case(at=moment(activity=Activity.ASLEEP))
    gate = first_gate(found)
    assert gate is not None
    assert gate.until(found) is None


def test_every_gate_has_a_reason_to_be_silent() -> None:
    spoken = {Reason.WELCOME, Reason.NO_BETTER_MOMENT, Reason.URGENT, Reason.EXPLORING, Reason.SAFETY}
    assert not {gate.reason for gate in GATES} & spoken


# All together -----------------------------------------------------------------------------------


def violations(found: Case) -> set[str]:
    """Return the product's rules that an interrupting message would break, said anew from its tables."""
    at, item, settings, who = found.moment, found.suggestion, found.settings, found.standing
    row = KINDS.get(item.kind)
    risky = item.risk_present and item.kind in {"lock_check", "cold_storage", "heat_source_on", "leave_home"}
    urgent = item.urgency is Urgency.TIME_SENSITIVE or risky
    short = urgent or item.kind in {"routine_due", "leave_home"}
    young = not who.days_known >= 7
    since_kind, since = who.minutes_since_kind.get(item.kind), who.minutes_since_push
    # What a person put off themselves is no new message: only quiet hours and the most that may be set hold it.
    put_off = item.situation in who.put_off
    again = put_off and settings.push_cap > 0 and settings.home_cap > 0
    reminder = item.kind == "routine_due"
    asked = reminder or row is None
    if risky or asked:
        since_kind = who.minutes_since_situation.get(item.situation)
    cap = min(settings.push_cap, 2 if young and not risky else 12)
    broken = {
        "quiet": settings.quiet(at.at) and not risky,
        "asleep": at.activity is Activity.ASLEEP and not risky,
        "cap": who.pushes_today >= (12 if again or (reminder and settings.push_cap > 0) else cap),
        "home cap": who.home_pushes_today >= min(settings.home_cap, 12)
        and not (again or (reminder and settings.push_cap > 0)),
        "gap": not put_off and since is not None and not since >= (10 if short else max(10, settings.gap_minutes)),
        "kind gap": not put_off and since_kind is not None and not since_kind >= 180,
        "first week": young and not risky and not asked and not (row and row.first_week),
        "vacation": at.mode is HomeMode.VACATION and not (row and row.on_vacation),
        "busy": at.phone in {PhoneState.CALL, PhoneState.DRIVING, PhoneState.FOCUS} and not urgent,
        "off": settings.levels.get(item.kind, row.first_level if row else Level.SUGGEST) < Level.SUGGEST,
        "ceiling": settings.ceiling < Level.SUGGEST,
        "forbidden": RiskClass.A4 in {item.risk, *(planned.risk for planned in item.actions)},
        "silenced": item.situation in who.silenced or item.kind in who.silenced,
        "delivered": item.situation in who.delivered,
        "told": item.situation in who.told,
        "starting": who.starting_up,
        "expired": item.expires.timestamp() <= at.at.timestamp(),
        "nobody": not set(who.channels) & {Channel.PHONE, Channel.SPEAKER},
    }
    return {rule for rule, holds in broken.items() if holds}


@given(scenes(1), SETTINGS, STANDINGS)
@drawn(250)
def test_nothing_passes_the_gates_against_the_products_rules(
    scene: tuple[Moment, list[Suggestion]], settings: Settings, who: Standing
) -> None:
    at, [item] = scene
    found = Case(moment=at, suggestion=item, settings=settings, standing=who)
    gate = first_gate(found)
    if gate is None and found.wished in INTERRUPTING:
        assert violations(found) == set()
    if gate is not None:
        again = gate.until(found)
        assert again is None or again.timestamp() > at.at.timestamp()


@given(scenes(1), st.sampled_from(Level))
@drawn(100)
def test_an_open_standing_lets_pass_what_breaks_no_rule(scene: tuple[Moment, list[Suggestion]], ceiling: Level) -> None:
    at, [item] = scene
    calm = replace(at, mode=HomeMode.NORMAL, activity=Activity.IDLE, room=Room.KITCHEN, recent=())
    found = Case(
        moment=calm,
        suggestion=item,
        settings=every_night(time(0), time(0), ceiling=ceiling),
        standing=standing(),
    )
    if not violations(found):
        assert first_gate(found) is None
