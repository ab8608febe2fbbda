"""What is dead is left alone, longer each time, and never for good."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant.delivery.channels.health import BACK_OFF, Health

from ...conftest import NOON


def test_what_never_failed_is_usable() -> None:
    assert Health().usable("phone", NOON)
    assert Health().failures("phone") == 0
    assert Health().next_try(NOON) is None


def test_each_failure_in_a_row_is_waited_for_longer() -> None:
    health = Health()
    at = NOON
    assert health.failed("phone", at) is True
    for wait in BACK_OFF:
        assert health.next_try(at) == at + wait
        assert not health.usable("phone", at + wait - timedelta(seconds=1))
        at += wait
        assert health.usable("phone", at)
        assert health.failed("phone", at) is False
    assert health.next_try(at) == at + BACK_OFF[-1]
    assert health.failures("phone") == len(BACK_OFF) + 1
    assert health.as_dict()["phone"]["failures"] == len(BACK_OFF) + 1


def test_one_success_forgets_it_all() -> None:
    health = Health()
    health.failed("phone", NOON)
    health.failed("phone", NOON)
    assert health.worked("phone") is True
    assert health.worked("phone") is False
    assert health.usable("phone", NOON)
    health.failed("phone", NOON)
    assert health.next_try(NOON) == NOON + BACK_OFF[0]


def test_ends_are_told_apart() -> None:
    health = Health()
    health.failed("phone", NOON)
    assert health.usable("tablet", NOON)


@given(st.integers(1, 30), st.integers(-10_000, 10_000))
def test_nothing_is_dead_for_longer_than_the_longest_wait_whatever_the_clock_does(failures: int, minutes: int) -> None:
    health = Health()
    for _ in range(failures):
        health.failed("phone", NOON)
    now = NOON + timedelta(minutes=minutes)
    assert health.usable("phone", now) or timedelta(0) <= now - NOON < BACK_OFF[-1] or minutes < 0
    assert health.usable("phone", NOON + BACK_OFF[-1])
    assert health.usable("phone", NOON - timedelta(days=1))
