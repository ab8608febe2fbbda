from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tools.demo.trace import AWAY, Trace, TraceError, absences, first_days, load, parse, place, repair

from .conftest import NOW, ZONE

ROW = "2011-12-01 {}\t\t2011-12-01 {}\t\t{}\t"


def table(*rows: tuple[str, str, str]) -> str:
    head = "Start time          \tEnd time            \tActivity\t\n--------\t--------\t--------\n"
    return head + "\n".join(ROW.format(*row) for row in rows)


def test_whole_recording_is_read(recording: Trace) -> None:
    assert len(recording.sensors) == 409
    assert len(recording.labels) == 248
    assert {span.name for span in recording.sensors} >= {"Bed", "Seat", "Maindoor", "Toaster"}


def test_the_three_broken_label_rows_end_where_the_next_row_starts(recording: Trace) -> None:
    assert recording.repaired == 3
    assert all(span.start <= span.end for span in recording.labels)
    broken = next(s for s in recording.labels if f"{s.start}" == "2011-12-01 19:28:51")
    assert f"{broken.end}" == "2011-12-01 19:30:01"


def test_last_row_that_ends_before_it_starts_has_no_length() -> None:
    spans, repaired = repair(parse(table(("10:00:00", "09:00:00", "Snack"))))
    assert repaired == 1
    assert spans[0].start == spans[0].end


def test_rows_with_blanks_before_the_tab_are_read() -> None:
    (span,) = parse("2011-11-29 12:22:38 \t2011-11-29 13:25:15\t\tSeat\t\tPressure\tLiving\n")
    assert span.name == "Seat"
    assert span.end - span.start == timedelta(minutes=62, seconds=37)


def test_row_without_a_name_is_refused() -> None:
    with pytest.raises(TraceError, match="without a name"):
        list(parse("2011-11-29 12:22:38\t2011-11-29 13:25:15\n"))


@pytest.mark.parametrize("content", [b"", b"not an archive"])
def test_other_files_are_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "trace.tar.xz"
    archive.write_bytes(content)
    with pytest.raises(TraceError) as caught:
        load(archive)
    assert "\n" not in str(caught.value)


def test_missing_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TraceError):
        load(tmp_path / "nothing")


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 11, 23, 6, 0, tzinfo=UTC),  # the last night is not over yet
        datetime(2027, 3, 30, 12, 0, tzinfo=UTC),  # two days after the change to summer time
        datetime(2027, 7, 1, 0, 0, tzinfo=UTC),
    ],
)
def test_placed_trace_ends_within_the_last_week_on_its_own_weekday(recording: Trace, now: datetime) -> None:
    placed = place(recording, now, ZONE)
    assert timedelta() <= now - placed.end < timedelta(days=7, hours=2)
    assert placed.start.weekday() == recording.start.weekday()
    assert placed.start.time() == recording.start.time()


def test_first_days_end_at_midnight(fortnight: Trace) -> None:
    one = first_days(fortnight, 1)
    assert {span.start.date() for span in one.sensors} == {fortnight.start.date()}
    assert first_days(fortnight, 14).labels == fortnight.labels


def test_absences_found_from_the_door_are_the_labelled_ones(recording: Trace) -> None:
    found = absences(recording.sensors)
    labelled = [span for span in recording.labels if span.name == AWAY]
    assert [span.start for span in found] == [span.start for span in labelled]


def test_gap_between_labels_is_unlabelled(recording: Trace) -> None:
    assert recording.label_at(datetime.fromisoformat("2011-11-28 10:20")) == "Unlabelled"
    assert recording.label_at(datetime.fromisoformat("2011-11-28 10:22")) == "Toileting"
