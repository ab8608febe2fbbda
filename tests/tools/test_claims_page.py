"""The claims' part of the results page: every record stands in one place, and none is dropped for failing."""

from pathlib import Path

from tools.export.claims_page import TITLES, matrix, number_of, parts, section, summary
from tools.export.claims_pictures import CAPTIONS, draw
from tools.results import Record, at_least, at_most

FIGURE = Record(
    claim="timing F1, steering, feedbacks 10–19", value=56.2, low=50.0, high=60.0, unit="points", family="A"
)
CAREFUL = Record(claim="timing F1, careful prices, Beta table, never told, all", value=7.0, family="A")
LEAD = Record(claim="timing F1, steering less oracle, all", value=-40.0, unit="points", family="A")
MISSED = at_most(Record(claim="11 · share of people below", value=0.4, family="A"), 0.05)
MET = at_least(Record(claim="4 · timing F1, steering less Beta table, all", value=9.0, family="B"), 8.0)
LOOP = Record(claim="closed loop · satisfaction, steering, as shipped", value=3.5, family="A")
CHANGED = Record(
    claim="ablation · AUC of need, k = 2 less steering, feedbacks 20 and more", value=-0.01, low=-0.02, high=0.0
)
RECORDS = [FIGURE, CAREFUL, LEAD, MISSED, MET, LOOP, CHANGED]


def test_a_record_is_taken_apart_by_its_words() -> None:
    assert parts(FIGURE) == ("timing F1", "steering", "feedbacks 10–19")
    assert parts(CAREFUL) == ("timing F1, careful prices", "Beta table, never told", "all")
    assert [parts(record) for record in (LEAD, MISSED, MET, LOOP, CHANGED)] == [None] * 5
    assert [number_of(record) for record in (MISSED, MET, FIGURE, LOOP)] == [11, 4, None, None]


def test_figures_become_one_row_a_learner() -> None:
    text = "\n".join(matrix(RECORDS, "timing F1", "A"))
    assert "| steering | 56.2 |" in text
    assert "careful" not in text
    assert not list(matrix(RECORDS, "timing F1", "B"))


def test_every_record_is_on_the_page_and_a_miss_says_so() -> None:
    text = "\n".join(section(RECORDS))
    for record in (LEAD, MISSED, MET, LOOP, CHANGED):
        assert text.count(f"| {record.claim} |") == 1
    assert "<= 0.05 | **no** |" in text
    assert "56.2" in text
    assert "7.000" in text


def test_the_summary_counts_what_was_met() -> None:
    cold = [at_least(Record(claim="timing F1: model less tuned rules", value=7.0, family="A"), 0.0)]
    text = summary(RECORDS, cold)
    assert f"| 11 | {TITLES[11]} | 0 of 1 | 0 of 1 |  |" in text
    assert f"| 4 | {TITLES[4]} | 1 of 1 |  | 1 of 1 |" in text
    assert f"| 1 | {TITLES[1]} | 1 of 1 | 1 of 1 |  |" in text
    assert f"| 7 | {TITLES[7]} |  |  |  |" in text


def test_pictures_are_drawn_from_the_records_and_the_same_twice(tmp_path: Path) -> None:
    names = draw(RECORDS, tmp_path / "one")
    assert set(names) == set(CAPTIONS)
    assert names == draw(RECORDS, tmp_path / "two")
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert draw([MISSED], tmp_path / "none") == []
