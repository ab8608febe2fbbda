"""Households: who lives together, and that nobody depends on anybody else's draw."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import ArgumentError
from tools.personas import Persona, PersonaHousehold, draw_household, draw_persona, plan, split_of
from tools.personas.demographics import joint
from tools.personas.describe import describe
from tools.personas.export import export_personas
from tools.streams import Family


@pytest.fixture(scope="module")
def households() -> list[PersonaHousehold]:
    return [draw_household(index, 1, Family.A) for index in range(1500)]


@pytest.fixture(scope="module")
def people(households: list[PersonaHousehold]) -> list[Persona]:
    return [persona for household in households for persona in household.members]


def test_the_same_seed_draws_the_same_household() -> None:
    assert draw_household(7, 3, Family.A) == draw_household(7, 3, Family.A)


@pytest.mark.parametrize(("index", "seed", "family"), [(8, 3, Family.A), (7, 4, Family.A), (7, 3, Family.B)])
def test_another_index_seed_or_family_draws_other_people(index: int, seed: int, family: Family) -> None:
    assert draw_household(index, seed, family).members[0].traits != draw_household(7, 3, Family.A).members[0].traits


def test_people_follow_the_population_joint(people: list[Persona]) -> None:
    found = Counter((p.age_group, p.sex, p.employment, p.household_type) for p in people)
    cells = joint().cells
    shares = np.array([found[c.age_group, c.sex, c.employment, c.household] for c in cells]) / len(people)
    chance = np.sqrt(joint().shares / len(people)).sum() / np.sqrt(2 * np.pi)
    assert np.abs(shares - joint().shares).sum() / 2 < 1.5 * chance + 0.02


def test_first_members_weights_make_all_members_follow_the_joint() -> None:
    weights = np.diff(joint().anchors, prepend=0)
    members = weights @ (np.eye(len(weights)) + np.diff(joint().companions, axis=1, prepend=0))
    assert np.abs(members / members.sum() - joint().shares).sum() / 2 < 0.03


def test_partners_live_in_the_same_home_and_kind_of_household(households: list[PersonaHousehold]) -> None:
    for household in households:
        assert len({(p.household_type, p.children, p.split) for p in household.members}) == 1
        assert all(p.home is household.home for p in household.members)


def test_everyone_is_an_adult_of_the_stated_age_group(people: list[Persona]) -> None:
    assert all(p.age >= 18 for p in people)
    assert all((p.age >= 65) == (p.age_group == "65+") for p in people)


def test_traits_have_the_published_correlations(people: list[Persona]) -> None:
    measured = np.corrcoef([p.traits.extraversion for p in people], [p.traits.agreeableness for p in people])[0, 1]
    assert measured == pytest.approx(0.464, abs=0.08)


def test_splits_take_their_shares_and_never_part_a_household() -> None:
    counted = Counter(split_of(index, Family.A) for index in range(20_000))
    assert counted["train"] / 20_000 == pytest.approx(0.7, abs=0.02)
    assert counted["validation"] / 20_000 == pytest.approx(0.1, abs=0.02)
    assert counted["test"] / 20_000 == pytest.approx(0.2, abs=0.02)


def test_family_b_only_tests() -> None:
    assert {split_of(index, Family.B) for index in range(100)} == {"test"}


@given(personas=st.integers(1, 400), seed=st.integers(0, 2**31))
@settings(max_examples=30, deadline=None)
def test_a_plan_holds_exactly_the_personas_asked_for(personas: int, seed: int) -> None:
    found = plan(personas, seed, Family.A)
    assert found.members.sum() == personas
    assert (found.members >= 1).all()


@given(seed=st.integers(0, 2**31), small=st.integers(1, 100), more=st.integers(1, 100))
@settings(max_examples=20, deadline=None)
def test_a_larger_plan_begins_with_the_smaller_one(seed: int, small: int, more: int) -> None:
    few, many = plan(small, seed, Family.A), plan(small + more, seed, Family.A)
    assert (many.members[: len(few.members) - 1] == few.members[:-1]).all()


@pytest.mark.parametrize("personas", [0, -1, 10**9])
def test_a_senseless_number_of_personas_is_refused(personas: int) -> None:
    with pytest.raises(ArgumentError, match="number of personas"):
        plan(personas, 1, Family.A)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ArgumentError, match="seed"):
        plan(10, -1, Family.A)


def test_a_persona_is_found_by_its_id(people: list[Persona]) -> None:
    assert draw_persona(people[5].persona_id, 1, Family.A) == people[5]


def test_an_id_nobody_has_is_refused() -> None:
    with pytest.raises(ArgumentError, match="no persona 3 "):
        draw_persona(3, 1, Family.A)


def test_a_description_tells_of_the_record(people: list[Persona]) -> None:
    for persona in people[:50]:
        text = describe(persona)
        assert f"{persona.age}-year-old" in text
        assert text.count(".") >= 2


@pytest.mark.parametrize("name", ["people.json", "people.yaml"])
def test_records_are_written_readable(tmp_path: Path, name: str) -> None:
    export_personas(n=5, seed=1, family="a", out=tmp_path / name)
    text = (tmp_path / name).read_text(encoding="utf-8")
    records = json.loads(text) if name.endswith("json") else yaml.safe_load(text)
    assert len(records) == 5
    assert set(records[0]["preferences"]) >= {"scheduling", "domain", "autonomy", "style", "context"}
    assert set(records[0]["preferences"]["autonomy"]["by_risk"]) == {"a0", "a1", "a2", "a3", "a4"}


def test_an_unknown_file_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"\.json or \.yaml"):
        export_personas(n=1, seed=1, family="A", out=tmp_path / "people.docx")


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ArgumentError, match="no generator family 'C'"):
        export_personas(n=1, seed=1, family="C", out=None)
