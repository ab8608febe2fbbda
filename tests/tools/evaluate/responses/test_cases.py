"""Rows to moments, suggestions, replies and targets."""

from datetime import timedelta

import pytest

from assistant.enums import Activity, Category, Channel, Company, DayType, Reply, Urgency, WrongPart
from tools.evaluate.responses.table import ResponsesError

from .conftest import Read


def test_a_table_of_words_without_times_or_persons(read: Read) -> None:
    people = read(
        "time,coupon,weather,expiration,answer\n10AM,Bar,Sunny,2h,1\n6PM,Coffee House,Rainy,1d,0\n",
        answer={"column": "answer", "map": {"1": "accepted", "0": "not_now"}},
        moment={"hour": "time", "weather": {"column": "weather", "map": {"sunny": "clear", "rainy": "wet"}}},
        suggestion={"kind": "coupon", "expiry": "expiration", "category": {"value": "comfort"}},
    )
    assert [len(person.cases) for person in people] == [1, 1]
    first = people[0].cases[0]
    assert (first.moment.at.hour, first.moment.day_type, first.moment.recent) == (10, DayType.WEEKDAY, ())
    assert first.suggestion.kind == "bar"
    assert first.suggestion.category is Category.COMFORT
    assert first.suggestion.expires - first.moment.at == timedelta(hours=2)
    assert first.outcome.reply is Reply.ACCEPTED
    assert first.outcome.at == people[1].cases[0].outcome.at, "without dates no days pass"
    assert first.features == {
        "time": "10AM",
        "coupon": "Bar",
        "weather": "Sunny",
        "expiration": "2h",
        "(hour)": "10",
        "(day)": "weekday",
    }


def test_persons_and_order_from_columns(read: Read) -> None:
    people = read(
        "age,sex,step,answer\n30,f,10,accepted\n30,m,1,never\n30,f,9,not_now\n",
        person=["age", "sex"],
        order="step",
    )
    assert [person.name for person in people] == ["30 | f", "30 | m"]
    assert [case.outcome.reply for case in people[0].cases] == [Reply.NOT_NOW, Reply.ACCEPTED]


def test_timestamps_give_day_order_and_history(read: Read) -> None:
    people = read(
        "who,when,kind,answer\na,2026-03-07T10:00,news,not_now\na,2026-03-07T09:30,mail,accepted\n",
        person="who",
        moment={"at": "when"},
        suggestion={"kind": "kind"},
    )
    first, second = people[0].cases
    assert first.moment.day_type is DayType.SATURDAY
    assert (second.moment.delivered_today, second.moment.minutes_since_delivery) == (1, 30)
    assert [(reply.kind, reply.reply, reply.minutes_ago) for reply in second.moment.recent] == [
        ("mail", Reply.ACCEPTED, 30)
    ]


def test_history_can_be_wanted_or_not(read: Read) -> None:
    timed = "when,answer\n2026-03-07T10:00,accepted\n2026-03-07T11:00,accepted\n"
    people = read(timed, person={"value": "a"}, moment={"at": "when"}, history=False)
    assert people[0].cases[1].moment.recent == ()
    people = read("answer\naccepted\naccepted\n", person={"value": "a"}, history=True)
    assert people[0].cases[1].moment.recent[0].minutes_ago != people[0].cases[1].moment.recent[0].minutes_ago


def test_several_columns_patterns_bins_and_fallbacks(read: Read) -> None:
    people = read(
        "alone,kids,load,place,app,answer\n1,0,7,?,Mail,accepted\n0,1,2,kitchen,Mail,accepted\n0,0,2,gym,Chat,accepted\n",
        moment={
            "company": {
                "columns": ["alone", "kids"],
                "map": {"1 | *": "alone", "0 | 1": "children"},
                "default": "guests",
            },
            "activity": {
                "first": [{"column": "place", "map": {"gym": "exercising"}, "default": None}, {"value": "idle"}],
            },
        },
        suggestion={"urgency": {"column": "load", "bins": [[5, "low"], [None, "high"]]}, "kind": ["app", "place"]},
        delivery={"channel": {"column": "app", "map": {"mail": "dashboard"}, "default": "phone"}},
    )
    cases = [person.cases[0] for person in people]
    assert [case.moment.company for case in cases] == [Company.ALONE, Company.CHILDREN, Company.GUESTS]
    assert [case.moment.activity for case in cases] == [Activity.IDLE, Activity.IDLE, Activity.EXERCISING]
    assert [case.suggestion.urgency for case in cases] == [Urgency.HIGH, Urgency.LOW, Urgency.LOW]
    assert [case.suggestion.kind for case in cases] == ["mail", "mail_kitchen", "chat_gym"]
    assert [case.decision.channel for case in cases] == [Channel.DASHBOARD, Channel.DASHBOARD, Channel.PHONE]


def test_a_rating_with_a_threshold(read: Read) -> None:
    people = read(
        "rating,answer\n4,\n2,\n,\n",
        answer={"column": "rating", "at_least": 4, "yes": "accepted", "no": "wrong:time", "default": "skip"},
        target="moment",
    )
    assert [person.cases[0].truth for person in people] == [True, False]
    assert people[1].cases[0].outcome.part is WrongPart.TIME


def test_a_target_of_its_own(read: Read) -> None:
    people = read(
        "seen,answer\nyes,not_now\nno,unseen\n",
        target={"predict": "noticed", "column": "seen"},
    )
    assert [person.cases[0].truth for person in people] == [True, False]


@pytest.mark.parametrize(
    ("predict", "truths"),
    [
        ("accepted", [True, False, False, False, False, False]),
        ("welcome", [True, False, False, False, None, False]),
        ("content", [True, True, False, False, None, True]),
        ("moment", [True, False, False, None, None, False]),
        ("noticed", [True, True, True, True, False, True]),
    ],
)
def test_what_a_reply_says_about_each_target(read: Read, predict: str, truths: list[bool | None]) -> None:
    text = "answer\naccepted\nlater\nnot_now\nnever\nunseen\nwrong:time\n"
    assert [person.cases[0].truth for person in read(text, target=predict)] == truths


@pytest.mark.parametrize(
    ("text", "mapping", "message"),
    [
        ("", {}, "is empty"),
        ("answer\n", {}, "no rows"),
        ("answer\naccepted,1\n", {}, "line 2: 2 values under 1 columns"),
        ("a,a\n1,2\n", {}, "twice: a"),
        ("a\n1\n", {"answer": "reply"}, "answer: the table has no column 'reply'"),
        ("answer\nmaybe\n", {}, r"answer: 'maybe' \(1 rows\) is none of accepted"),
        ("answer\n1\n", {"answer": {"column": "answer", "map": {"1": "yes"}}}, "answer: 'yes' is none of accepted"),
        ("answer\naccepted\n", {"target": "happiness"}, "target: 'happiness' is none of"),
        ("answer\nunseen\n", {"target": "moment"}, "says anything about 'moment'"),
        ("answer\nskip\n", {}, "says anything"),
        ("answer\naccepted\n", {"moment": {"mood": "answer"}}, "moment has no field mood"),
        ("answer\naccepted\n", {"moment": {"weather": "answer"}}, r"moment.weather: 'accepted' \(1 rows\) is none of"),
        (
            "answer\naccepted\n",
            {"suggestion": {"expiry": {"column": "answer", "unit": "moons"}}},
            "no such unit: moons",
        ),
        ("answer\naccepted\n", {"persn": "answer"}, "no such key: persn"),
        ("who,answer\n,accepted\n", {"person": "who"}, r"person: '' \(1 rows\) is missing"),
        ("answer\naccepted\n", {"person": {"colour": "answer"}}, "person: no such key: colour"),
        ("answer\naccepted\n", {"timezone": "Mars"}, "no time zone"),
        (
            "answer\naccepted\n",
            {"suggestion": {"urgency": {"column": "answer", "bins": [[5, "low"]]}}},
            "last must be null",
        ),
        ("answer\naccepted\n", {"suggestion": {"urgency": {}}}, "needs a column"),
        ("answer\naccepted\n", {"moment": {"company": {"column": "answer", "map": ["x"]}}}, "map is not a table"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(read: Read, text: str, mapping: dict[str, object], message: str) -> None:
    with pytest.raises(ResponsesError, match=message) as raised:
        read(text, **mapping)
    assert "\n" not in str(raised.value)
