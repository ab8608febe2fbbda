"""Worlds: every kind arises, nothing depends on a policy, and what the model sees are valid tokens."""

from collections import Counter
from dataclasses import replace

import pytest

from assistant.encoding import encode_moment, encode_suggestion
from assistant.enums import Activity, Reason, Verdict
from assistant.kinds import KINDS
from assistant.results import Decision
from assistant.vocabulary import FIELDS, FIRST_TOKEN, JUDGE_TOKEN, token_text
from tools.errors import ArgumentError
from tools.personas import draw_household
from tools.simulate.explore import Explorer
from tools.simulate.kinds import ARISING
from tools.simulate.resident import Resident
from tools.simulate.rows import explore
from tools.simulate.triggers import TRIGGERS
from tools.simulate.world import World, household_worlds, persona_world
from tools.streams import Family

SILENT = Decision(verdict=Verdict.HOLD, reason=Reason.LOW_CONFIDENCE)


def test_every_kind_has_a_row_and_every_row_a_trigger() -> None:
    assert list(ARISING) == list(KINDS)
    assert {row.trigger for row in ARISING.values()} <= set(TRIGGERS)


@pytest.mark.parametrize("family", list(Family))
def test_every_kind_arises(family: Family) -> None:
    kinds: Counter[str] = Counter()
    for index in range(400):
        for world in household_worlds(draw_household(index, 1, family), 28):
            kinds.update(opportunity.suggestion.kind for opportunity in world.opportunities)
        if len(kinds) == len(KINDS):
            break
    assert set(kinds) == set(KINDS)


def test_looks_are_in_order_and_within_their_situation(worlds: list[World]) -> None:
    for world in worlds:
        minutes = [opportunity.minute for opportunity in world.opportunities]
        assert minutes == sorted(minutes)
        for opportunity in world.opportunities:
            assert opportunity.situation.created <= opportunity.minute < opportunity.situation.over
            assert opportunity.suggestion.expires > opportunity.moment.at


def test_each_situation_has_one_last_look(worlds: list[World]) -> None:
    for world in worlds:
        lasts = Counter(item.situation.number for item in world.opportunities if item.last)
        assert set(lasts.values()) == {1}
        assert set(lasts) == {item.situation.number for item in world.opportunities}


def test_only_those_concerned_are_asked(worlds: list[World]) -> None:
    for world in worlds:
        for opportunity in world.opportunities:
            assert world.persona.member in opportunity.situation.told


def test_a_world_is_the_same_when_made_alone(worlds: list[World]) -> None:
    world = worlds[0]
    alone = persona_world(world.persona.persona_id, 5, 14, world.persona.family)
    assert alone.opportunities == world.opportunities


def test_policies_meet_the_same_opportunities_and_chances(worlds: list[World]) -> None:
    """Silence and exploration live through one World; its timeline is shared and frozen."""
    world = worlds[1]
    before = world.opportunities
    list(explore(world, 5))
    resident = Resident(world)
    for opportunity in world.opportunities:
        resident.respond(opportunity, SILENT)
    assert world.opportunities is before


def test_the_same_policy_lives_the_same_life_twice(worlds: list[World]) -> None:
    assert list(explore(worlds[2], 5)) == list(explore(worlds[2], 5))


def test_silence_leaves_no_load(worlds: list[World]) -> None:
    resident = Resident(worlds[0])
    for opportunity in worlds[0].opportunities:
        moment = resident.moment(opportunity)
        assert moment == replace(opportunity.moment, delivered_today=0, minutes_since_delivery=None, recent=())
        resident.respond(opportunity, SILENT)


def test_tokens_are_those_of_the_contract_and_belong_to_their_fields(worlds: list[World]) -> None:
    for world in worlds[:6]:
        resident, policy = Resident(world), Explorer(world.persona, 5, world.days)
        for opportunity in world.opportunities:
            moment = resident.moment(opportunity)
            tokens = encode_moment(moment) + encode_suggestion(moment, opportunity.suggestion, world.person)
            assert tokens[-1] == JUDGE_TOKEN
            for token, field in zip(tokens, FIELDS, strict=False):
                assert token >= FIRST_TOKEN[field.name]
                token_text(token, field.name)
            resident.respond(opportunity, policy.decide(opportunity, resident))


def test_the_home_does_not_know_everything(worlds: list[World]) -> None:
    looks = [opportunity for world in worlds for opportunity in world.opportunities]
    right = sum(look.moment.activity is look.state.activity for look in looks) / len(looks)
    unknown = sum(look.moment.activity is Activity.UNKNOWN for look in looks) / len(looks)
    assert 0.6 < right < 0.97
    assert unknown > 0.01


def test_forecasts_need_days_to_learn_from(worlds: list[World]) -> None:
    for world in worlds:
        assert all(not look.moment.forecast for look in world.opportunities if look.session < 2)
    assert any(look.moment.forecast for world in worlds for look in world.opportunities if look.session > 8)


@pytest.mark.parametrize("days", [0, 367])
def test_a_senseless_number_of_days_is_refused(days: int) -> None:
    with pytest.raises(ArgumentError, match="number of days"):
        household_worlds(draw_household(0, 1, Family.A), days)


def test_a_member_who_is_not_there_is_refused() -> None:
    with pytest.raises(ArgumentError, match="no persona 3 "):
        persona_world(3, 1, 7, Family.A)
