"""The vocabulary: ranges that do not overlap, a text for every token, an identity that is in use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.enums import Activity
from assistant.kinds import KINDS
from assistant.vocabulary import (
    CHANNELS,
    FIELDS,
    FIRST_OUTPUT,
    FIRST_OUTPUT_TOKEN,
    FIRST_TOKEN,
    JUDGE_TOKEN,
    MINUTE_EDGES,
    MOMENT_FIELDS,
    NOT_KNOWN,
    OUTPUT_COUNT,
    OUTPUT_GROUPS,
    PREFIX_LENGTH,
    STEERING_GROUPS,
    SUFFIX_LENGTH,
    SUGGESTION_FIELDS,
    VOCABULARY_ID,
    VOCABULARY_SIZE,
    Field,
    token,
    token_text,
)
from tests.assistant.cases import drawn

SHARING = ({"forecast_1h", "forecast_3h"}, {"recent_1", "recent_2", "recent_3"})


def test_the_identity_is_the_one_models_were_trained_with() -> None:
    # A change here orphans every trained model and every resident's state: retrain, then change it.
    assert VOCABULARY_ID == "e9e27e791726"


def test_lengths_follow_from_the_fields() -> None:
    assert len(MOMENT_FIELDS) == PREFIX_LENGTH
    assert len(SUGGESTION_FIELDS) + 1 == SUFFIX_LENGTH
    assert FIRST_OUTPUT_TOKEN == JUDGE_TOKEN + 1
    assert FIRST_OUTPUT_TOKEN + OUTPUT_COUNT == VOCABULARY_SIZE


def test_fields_of_another_meaning_share_no_token() -> None:
    owner: dict[int, set[str]] = {}
    for field in FIELDS:
        for number in range(FIRST_TOKEN[field.name], FIRST_TOKEN[field.name] + len(field.values) + 1):
            owner.setdefault(number, set()).add(field.name)
    shared = {frozenset(names) for names in owner.values() if len(names) > 1}
    assert shared == {frozenset(names) for names in SHARING}
    assert sorted(owner) == list(range(JUDGE_TOKEN)), "no gap, and the judge token after all of them"


@pytest.mark.parametrize("names", SHARING, ids=["forecast", "recent"])
def test_fields_that_share_a_range_have_the_same_values(names: set[str]) -> None:
    assert len({field.values for field in FIELDS if field.name in names}) == 1
    assert len({FIRST_TOKEN[name] for name in names}) == 1


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_value_has_one_token_and_comes_back(field: Field) -> None:
    numbers = [token(field.name, value) for value in field.values]
    assert len(set(numbers)) == len(field.values)
    assert [token_text(number, field.name) for number in numbers] == list(field.values)
    assert token_text(token(field.name, None), field.name) == NOT_KNOWN


@given(st.sampled_from(FIELDS), st.text())
@drawn(100)
def test_a_value_newer_than_the_model_is_not_known(field: Field, value: str) -> None:
    known = value in field.values
    assert (token(field.name, value) != FIRST_TOKEN[field.name]) is known


@pytest.mark.parametrize("field", ["time", "recent_3", "minutes_since_kind"])
def test_a_token_of_another_field_has_no_text(field: str) -> None:
    values = next(item.values for item in FIELDS if item.name == field)
    first = FIRST_TOKEN[field]
    for number in (first - 1, first + len(values) + 1, -1, JUDGE_TOKEN):
        with pytest.raises(ValueError, match=f"not one of {field}"):
            token_text(number, field)


def test_the_edges_of_durations_rise() -> None:
    assert list(MINUTE_EDGES) == sorted(set(MINUTE_EDGES))


def test_output_groups_fill_the_row_without_overlap() -> None:
    columns = [FIRST_OUTPUT[group.name] + i for group in OUTPUT_GROUPS for i in range(len(group.values))]
    assert columns == list(range(OUTPUT_COUNT))


def test_every_steering_group_moves_known_factors_and_every_factor_is_moved() -> None:
    moved = {name for names in STEERING_GROUPS.values() for name in names}
    assert moved == {group.name for group in OUTPUT_GROUPS}
    assert set(STEERING_GROUPS) == {"scheduling", "domain", "autonomy", "style", "context"}
    assert {f"noticed_{channel}" for channel in CHANNELS} <= moved


def test_kinds_and_activities_are_spelled_as_their_enums() -> None:
    values = {field.name: field.values for field in FIELDS}
    assert values["kind"] == tuple(KINDS)
    assert values["forecast_1h"] == tuple(Activity)
