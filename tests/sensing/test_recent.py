"""The last few numbers of a thing, and what is usual of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.recent import KEPT, MOST, Recent


def test_the_prior_holds_until_there_is_enough() -> None:
    recent = Recent()
    for _ in range(4):
        recent.add("plug:a", 30)
    assert recent.usual("plug:a", 50) == 50
    recent.add("plug:a", 30)
    assert recent.usual("plug:a", 50) == 30


def test_a_changed_habit_is_followed_and_the_table_stays_small() -> None:
    recent = Recent()
    for value in [20.0] * KEPT + [60.0] * KEPT:
        recent.add("plug:a", value)
    assert recent.usual("plug:a", 50) == 60
    for index in range(MOST + 50):
        recent.add(f"plug:{index}", 1)
    assert len(recent.to_dict()) == MOST
    assert recent.count("plug:a") == 0


def test_it_survives_a_restart_and_a_renaming() -> None:
    habits = Habits()
    for _ in range(5):
        habits.recent.add("plug:sensor.old", 33)
    habits = Habits.from_dict(habits.to_dict())
    habits.renamed("sensor.old", "sensor.new")
    assert habits.recent.usual("plug:sensor.new", 50) == 33
    assert Habits.from_dict({"dwell": {}, "stay_on": {}, "rhythm": {}}).recent.count("plug:sensor.new") == 0


@pytest.mark.parametrize("stored", ["x", [None], [1, "nan"], {"a": 1}])
def test_what_is_no_list_of_numbers_counts_as_damaged(stored: object) -> None:
    with pytest.raises(ValueError, match="numbers"):
        Recent.from_dict({"plug:a": stored})


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=5), st.floats(0, 1))
def test_what_is_usual_was_seen(values: list[float], share: float) -> None:
    recent = Recent()
    for value in values:
        recent.add("key:a", value)
    assert recent.usual("key:a", 0, share=share) in {round(value, 2) for value in values[-KEPT:]}
