"""Whatever a table holds, it is read or refused in one line."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tools  # noqa: F401 - makes `assistant` importable
from tools.evaluate.responses.cases import people_of
from tools.evaluate.responses.mapping import bind
from tools.evaluate.responses.table import ResponsesError, Table

MAPPING: dict[str, Any] = {
    "person": ["who", "answer"],
    "order": "nr",
    "answer": {"column": "answer", "map": {"1": "accepted", "0": "not_now", "2": "later"}, "default": "skip"},
    "moment": {
        "at": "when",
        "hour": "hour",
        "day": "day",
        "activity": {"column": "hour", "map": {"1*": "media"}, "default": "idle"},
        "activity_minutes": {"column": "long", "unit": "hours"},
        "delivered_today": "nr",
    },
    "suggestion": {
        "kind": ["who", "day"],
        "expiry": {"column": "long", "unit": "days"},
        "age": {"column": "long", "unit": "days"},
        "benefit": {"column": "nr", "bins": [[5, 0.2], [None, 0.9]]},
    },
    "delivery": {"delay": {"column": "long", "unit": "days"}, "later": {"column": "long", "unit": "days"}},
}
COLUMNS = ("who", "nr", "answer", "when", "hour", "day", "long")
CELLS = st.one_of(
    st.sampled_from(["", "NA", "0", "1", "2", "-1", "1e308", "nan", "99999999999", "10AM", "24:00", "Sunday", "3h 5"]),
    st.sampled_from(["9999-12-31T23:59", "0001-01-01", "2026-03-29T02:30", "1700000000", "99999999999999"]),
    st.text(max_size=8),
)


@given(
    st.lists(st.tuples(*[CELLS] * len(COLUMNS)), min_size=1, max_size=5),
    st.sets(st.sampled_from(["at", "hour", "day", "activity_minutes", "delivered_today"])),
    st.sets(st.sampled_from(["kind", "expiry", "age", "benefit"])),
    st.sampled_from([None, True, False]),
)
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_cells_are_read_or_refused(
    rows: list[tuple[str, ...]], moment: set[str], suggestion: set[str], history: object
) -> None:
    mapping = {
        **MAPPING,
        "moment": {name: MAPPING["moment"][name] for name in moment},
        "suggestion": {name: MAPPING["suggestion"][name] for name in suggestion},
        "history": history,
    }
    table = Table(COLUMNS, tuple(rows))
    try:
        people, skipped = people_of(bind(mapping, table, name="fuzz"), table)
    except ResponsesError:
        return
    assert sum(len(person.cases) for person in people) + skipped.answer == len(rows)
