"""The forecast's figures: what they are of known guesses, and that a small run yields them all."""

from pathlib import Path

import numpy as np
import pytest

from tools.errors import ArgumentError
from tools.sensing.foresight import calibration_error, evaluate


def test_a_guess_that_is_as_sure_as_it_is_right_has_no_calibration_error() -> None:
    honest = np.array([[0.75, right] for right in (1, 1, 1, 0)], float)
    boasting = np.array([[0.95, right] for right in (1, 0, 0, 1)], float)
    assert calibration_error(honest) == pytest.approx(0.0)
    assert calibration_error(boasting) == pytest.approx(0.45)


def test_a_small_run_compares_the_rhythm_with_both_guesses_in_both_families(tmp_path: Path) -> None:
    records = evaluate(tmp_path / "sensing.json", 2, 200, 14, 1, "test")
    assert {record.family for record in records} == {"A", "B"}
    saved = [record for record in records if "saved" in record.claim]
    assert len(saved) == 4
    # Knowing the hour is worth something, whoever is asked.
    assert all(record.value > 0 for record in saved if "overall" in record.claim)
    assert all(record.low is not None and record.low <= record.value <= (record.high or 0) for record in saved)


def test_arguments_without_sense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError):
        evaluate(tmp_path / "sensing.json", 0, 200, 28, 1, "test")
