from datetime import datetime, timedelta

import pytest

from tools.demo.household import Change
from tools.demo.resident import Mind, Reply, Resident, overtaken
from tools.demo.trace import Trace


@pytest.fixture
def alex(fortnight: Trace) -> Resident:
    return Resident(fortnight, seed=2)


def moments(trace: Trace, label: str) -> list[datetime]:
    return [span.start + (span.end - span.start) / 2 for span in trace.labels if span.name == label]


def test_same_question_at_the_same_time_gets_the_same_answer(fortnight: Trace) -> None:
    at = moments(fortnight, "Spare_Time/TV")[3]
    first, second = (Resident(fortnight, seed=2).answer("appliance_done", "w", "washer", at) for _ in "ab")
    assert first == second


def test_nobody_answers_asleep_or_under_the_shower(alex: Resident, fortnight: Trace) -> None:
    for label in ("Sleeping", "Showering"):
        for at in moments(fortnight, label):
            answer = alex.answer("opening_left", f"window {at}", "bathroom_window", at)
            assert answer.mind not in {Mind.ASLEEP, Mind.BUSY} or answer.reply is Reply.NOTHING


def test_answers_come_after_the_question(alex: Resident, fortnight: Trace) -> None:
    for span in fortnight.labels:
        assert alex.answer("leave_home", f"{span.start}", "", span.start).at > span.start


def test_every_kind_of_answer_happens(alex: Resident, fortnight: Trace) -> None:
    kinds = ("appliance_done", "opening_left", "a_kind_of_tomorrow")
    replies = {
        alex.answer(kind, f"{kind} {span.start}", "kitchen_window", span.start).reply
        for kind in kinds
        for span in fortnight.labels
    }
    assert replies == set(Reply)


def test_window_is_closed_by_hand_soon_after(alex: Resident, fortnight: Trace) -> None:
    answers = [alex.answer("opening_left", f"{at}", "kitchen_window", at) for at in moments(fortnight, "Spare_Time/TV")]
    closed = [a for a in answers if a.reply is Reply.BY_HAND]
    assert closed
    for answer in closed:
        (change,) = answer.hands
        assert (change.key, change.value) == ("kitchen_window", False)
        assert timedelta() < change.at - answer.at < timedelta(minutes=4)


def test_nothing_is_done_by_hand_from_outside(alex: Resident, fortnight: Trace) -> None:
    answers = [alex.answer("opening_left", f"{at}", "kitchen_window", at) for at in moments(fortnight, "Leaving")]
    assert not [a for a in answers if a.mind is Mind.AWAY and a.hands]


def test_nothing_is_put_off_twice(alex: Resident, fortnight: Trace) -> None:
    at = moments(fortnight, "Spare_Time/TV")
    for number, moment in enumerate(at):
        alex.answer("appliance_done", f"{number}", "washer", moment)
        again = alex.answer("appliance_done", f"{number}", "washer", moment + timedelta(minutes=30))
        assert again.reply is not Reply.LATER or again.mind is not Mind.IDLE


def test_emptied_drum_is_not_emptied_again(fortnight: Trace) -> None:
    at = fortnight.start
    hands = (Change(at=at, key="washer", value="idle"),)
    later = Change(at=at + timedelta(hours=2), key="washer", value="idle", thread="empty")
    assert overtaken(later, hands)
    next_wash = Change(at=at + timedelta(days=2), key="washer", value="idle", thread="empty")
    assert not overtaken(next_wash, hands)
    start = Change(at=at + timedelta(hours=2), key="washer", value="running")
    assert not overtaken(start, hands)
