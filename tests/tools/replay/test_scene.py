"""A script that hands move."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tools.replay.scene import Script

from .conftest import LAMP, WINDOW, make_scene


def _states(script: Script, key: str, until: float) -> list[tuple[float, str]]:
    return [(change.minute, change.state) for change in script.take(until) if change.key == key]


def test_what_a_hand_closed_stays_closed_until_its_time_is_over() -> None:
    script = Script(make_scene(minutes=900, open_at=720))
    assert _states(script, WINDOW, 730) == [(0.0, "off"), (720.0, "on")]
    script.hold(WINDOW, 730, 800, "off")
    assert _states(script, WINDOW, 731) == [(730.0, "off")]
    assert _states(script, WINDOW, 799) == []
    assert _states(script, WINDOW, 900) == [(800.0, "on")]


def test_a_hand_on_something_unknown_changes_nothing() -> None:
    script = Script(make_scene())
    before = script.next_minute()
    script.hold("light:cellar", 1, 5, "on")
    assert script.next_minute() == before


@settings(max_examples=60, deadline=None)
@given(
    holds=st.lists(st.tuples(st.floats(0, 880), st.floats(0.1, 200), st.sampled_from(("on", "off"))), max_size=8),
    step=st.floats(1, 120),
)
def test_changes_come_once_in_order_and_only_when_due(holds: list[tuple[float, float, str]], step: float) -> None:
    script, now, seen = Script(make_scene()), 0.0, []
    waiting = sorted(holds)
    while now < 900:
        now += step
        while waiting and waiting[0][0] <= now:
            _, long, state = waiting.pop(0)
            script.hold(LAMP, now, now + long, state)
        found = script.take(now)
        assert all(change.minute <= now for change in found)
        seen += [(change.minute, change.key) for change in found]
    assert len(seen) == len(set(seen))
