"""Answers: they follow the true factors, and the truth reacts to what a policy does."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.enums import Activity, Channel, Level, Reason, Reply, Verdict
from assistant.results import Decision, Style
from tools.simulate.factors import Factors, Load, logit, sigmoid
from tools.simulate.resident import Resident
from tools.simulate.world import Opportunity, World
from tools.streams import Family

SPEAK = Decision(verdict=Verdict.SPEAK, reason=Reason.WELCOME, channel=Channel.PHONE, level=Level.SUGGEST)
ACT = replace(SPEAK, verdict=Verdict.ACT, level=Level.ACT)
SILENT = Decision(verdict=Verdict.HOLD, reason=Reason.LOW_CONFIDENCE)


class Fixed:
    """A taste that is always the same, so that one factor can be seen at a time."""

    def __init__(self, **changes: object) -> None:
        certain = Factors(
            content=1.0, moment=1.0, noticed=dict.fromkeys(Channel, 1.0), level=3, level_margin=1.0,
            length=0.0, tone=0.0, reason=1.0, utility=1.0,
        )  # fmt: skip
        self._factors = replace(certain, **changes)  # type: ignore[arg-type]

    def factors(self, *_: object) -> Factors:
        return self._factors

    def channel_shift(self, *_: object) -> float:
        return 0.0


@pytest.fixture
def world(worlds: list[World]) -> World:
    return worlds[0]


def replies(world: World, decision: Decision, **changes: object) -> list[Reply]:
    """Return the replies of a person with fixed factors, each look answered by a fresh resident."""
    taste, world.taste = world.taste, Fixed(**changes)
    try:
        found = []
        for opportunity in world.opportunities:
            outcome = Resident(world, flipped=0.0).respond(opportunity, decision)
            assert outcome is not None
            found.append(outcome.reply)
    finally:
        world.taste = taste
    return found


ENDED = {Reply.DONE_BY_HAND, Reply.RESOLVED, Reply.EXPIRED}


def test_what_is_wanted_noticed_and_well_timed_is_accepted(world: World) -> None:
    assert set(replies(world, SPEAK)) <= {Reply.ACCEPTED} | ENDED


def test_what_is_not_noticed_is_unseen_or_ends_by_itself(world: World) -> None:
    found = set(replies(world, SPEAK, noticed=dict.fromkeys(Channel, 0.0)))
    assert Reply.UNSEEN in found
    assert found <= {Reply.UNSEEN} | ENDED


def test_what_is_wanted_at_a_bad_moment_is_put_off_or_refused_never_accepted(world: World) -> None:
    found = replies(world, SPEAK, moment=1e-9)
    assert Reply.LATER in found
    assert Reply.ACCEPTED not in found


def test_what_is_not_wanted_is_never_accepted_or_put_off(world: World) -> None:
    found = set(replies(world, SPEAK, content=0.0))
    assert found <= {Reply.NOT_NOW, Reply.WRONG, Reply.NEVER, Reply.UNSEEN} | ENDED


def test_an_act_beyond_the_tolerated_level_is_undone_or_called_wrong(world: World) -> None:
    found = replies(world, ACT, level=1)
    assert found.count(Reply.UNDONE) > 0
    assert found.count(Reply.WRONG) > 0
    assert set(replies(world, ACT, level=3)) == {Reply.ACCEPTED}


def test_an_unwanted_act_is_undone_or_called_wrong(world: World) -> None:
    assert set(replies(world, ACT, content=0.0)) <= {Reply.UNDONE, Reply.WRONG}


def test_noise_flips_about_one_answer_in_twenty(worlds: list[World]) -> None:
    changed = total = 0
    for world in worlds:
        taste, world.taste = world.taste, Fixed()
        for opportunity in world.opportunities:
            plain = Resident(world, flipped=0.0).respond(opportunity, SPEAK)
            noisy = Resident(world, flipped=0.05).respond(opportunity, SPEAK)
            assert plain is not None
            assert noisy is not None
            total += plain.reply is Reply.ACCEPTED
            changed += plain.reply is not noisy.reply
        world.taste = taste
    assert changed / total == pytest.approx(0.05, abs=0.02)


def test_silence_is_answered_at_the_last_look_alone(worlds: list[World]) -> None:
    for world in worlds:
        resident = Resident(world)
        for opportunity in world.opportunities:
            outcome = resident.respond(opportunity, SILENT)
            assert (outcome is not None) == opportunity.last
            assert outcome is None or outcome.reply in ENDED


def test_done_by_hand_is_said_only_of_the_one_who_did_it(worlds: list[World]) -> None:
    seen = 0
    for world in worlds:
        resident = Resident(world)
        for opportunity in world.opportunities:
            outcome = resident.respond(opportunity, SILENT)
            if outcome and outcome.reply is Reply.DONE_BY_HAND:
                seen += 1
                assert opportunity.situation.by_member == world.persona.member
                assert outcome.delay_minutes == opportunity.situation.by_hand - opportunity.minute
    assert seen > 0


def test_an_accepted_message_closes_its_situation(world: World) -> None:
    taste, world.taste = world.taste, Fixed()
    resident = Resident(world, flipped=0.0)
    first = world.opportunities[0]
    assert resident.is_open(first)
    outcome = resident.respond(first, ACT)
    world.taste = taste
    assert outcome is not None
    assert outcome.reply is Reply.ACCEPTED
    assert not resident.is_open(first)


def test_later_names_a_time_within_about_two_days(world: World) -> None:
    taste, world.taste = world.taste, Fixed(moment=1e-9)
    hours = []
    for opportunity in world.opportunities:
        outcome = Resident(world, flipped=0.0).respond(opportunity, SPEAK)
        if outcome and outcome.reply is Reply.LATER:
            assert outcome.later_until is not None
            hours.append((outcome.later_until - outcome.at).total_seconds() / 3600)
    world.taste = taste
    assert min(hours) > 0
    assert np.mean(np.array(hours) > 48) < 0.12  # Weber et al. 2018: more than two days is exceptional


def awake(world: World) -> Opportunity:
    """Return a look at somebody at home and idle, by day."""
    return next(look for look in world.opportunities if look.state.home and look.state.activity is not Activity.ASLEEP)


def test_messages_wear_a_person_out(worlds: list[World]) -> None:
    tired = fresh = 0.0
    for world in worlds:
        look = awake(world)
        fresh += world.taste.factors(look.state, look.matter, Load()).moment
        tired += world.taste.factors(look.state, look.matter, Load(delivered_today=9, since=3.0)).moment
    assert tired < 0.6 * fresh


def test_a_kind_said_often_wears_out(worlds: list[World]) -> None:
    for world in worlds:
        look = awake(world)
        fresh = world.taste.factors(look.state, look.matter, Load())
        worn = world.taste.factors(look.state, look.matter, Load(of_kind_this_week=12, refused_kind_today=True))
        assert worn.content <= fresh.content


def test_what_is_on_purpose_is_wanted_less(worlds: list[World]) -> None:
    for world in worlds:
        look = awake(world)
        by_chance, meant = (
            replace(look.matter, situation=replace(look.situation, on_purpose=flag, by_hand=None))
            for flag in (False, True)
        )
        assert (
            world.taste.factors(look.state, meant, Load()).content
            <= world.taste.factors(look.state, by_chance, Load()).content
        )


def test_sleep_is_a_bad_moment(worlds: list[World]) -> None:
    moments = [
        Resident(world).factors(look).moment
        for world in worlds
        for look in world.opportunities
        if look.state.activity is Activity.ASLEEP and not look.matter.pressing
    ]
    assert np.mean(moments) < 0.15


def test_factors_are_probabilities_within_the_kinds_ceiling(worlds: list[World]) -> None:
    for world in worlds:
        resident = Resident(world)
        for look in world.opportunities:
            factors = resident.factors(look)
            for value in (factors.content, factors.moment, factors.length, factors.tone, *factors.noticed.values()):
                assert 0.0 <= value <= 1.0
            assert 0 <= factors.level <= look.matter.ceiling()
            assert factors.need == (factors.utility > 0.0)
            assert math.isfinite(factors.utility)


def test_style_that_misses_costs_some_acceptance(worlds: list[World]) -> None:
    wrong = replace(SPEAK, style=Style(length="full", tone="warm", with_reason=False))  # type: ignore[arg-type]
    hit = sum(replies(world, SPEAK).count(Reply.ACCEPTED) for world in worlds)
    missed = sum(replies(world, wrong).count(Reply.ACCEPTED) for world in worlds)
    assert 0.5 * hit < missed < hit


@given(st.floats(-30, 30))
def test_logit_undoes_the_logistic_function(x: float) -> None:
    assert logit(sigmoid(x)) == pytest.approx(max(min(x, logit(1.0)), logit(0.0)), abs=1e-6)


def test_families_differ_in_mechanism(worlds: list[World]) -> None:
    contents = {round(Resident(world).factors(look).content, 6) for world in worlds for look in world.opportunities}
    if worlds[0].persona.family is Family.B:
        assert len(contents) == 2  # rules hold or do not
    else:
        assert len(contents) > 1000
