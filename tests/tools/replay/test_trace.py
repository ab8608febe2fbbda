"""The trace format: what is written can be read, what is broken is refused by its line, and names stay out."""

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.errors import ArgumentError, LabError
from tools.replay import trace
from tools.replay.minds import Diarist, Recorded
from tools.replay.persona import Persona
from tools.replay.scene import Offered, Script
from tools.replay.trace import lines_of, read_scene, write_scene

from .conftest import PERSON, WINDOW, make_scene

EXAMPLES = Path(trace.__file__).parent / "examples"


def _written(path: Path) -> list[str]:
    write_scene(path, lines_of(make_scene(), source="test"))
    return path.read_text(encoding="utf-8").splitlines()


def _happens(scene: object) -> list[tuple[float, str, str]]:
    changes = Script(scene).take(1e9)  # type: ignore[arg-type]
    return [(round(change.minute, 2), change.key, change.state) for change in changes]


def test_a_scene_comes_back_as_it_was(tmp_path: Path) -> None:
    before = make_scene()
    _written(tmp_path / "day.jsonl")
    after = read_scene(tmp_path / "day.jsonl")
    assert after.start == before.start
    assert after.minutes == before.minutes
    assert after.matters == before.matters
    assert {key: item.device_class for key, item in after.fittings.items()} == {
        key: item.device_class for key, item in before.fittings.items()
    }
    assert sorted(_happens(after)) == sorted(_happens(before))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 3"),
        ('{"is":"rumour"}', "line 3: no 'rumour'"),
        ('{"is":"state","key":"attic","at":1,"state":"on"}', "no thing attic"),
        ('{"is":"state","key":"window:kitchen","at":"soon","state":"on"}', "line 3"),
        ("[1, 2]", "line 3"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, says: str) -> None:
    lines = _written(tmp_path / "day.jsonl")
    (tmp_path / "day.jsonl").write_text("\n".join([*lines[:2], line, *lines[2:]]), encoding="utf-8")
    with pytest.raises(ArgumentError, match=re.escape(says)):
        read_scene(tmp_path / "day.jsonl")


def test_another_version_is_refused_and_named(tmp_path: Path) -> None:
    header, *rest = _written(tmp_path / "day.jsonl")
    newer = json.dumps(json.loads(header) | {"version": 2})
    (tmp_path / "day.jsonl").write_text("\n".join([newer, *rest]), encoding="utf-8")
    with pytest.raises(ArgumentError, match="version 2"):
        read_scene(tmp_path / "day.jsonl")


def test_a_missing_or_empty_file_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    for name in ("none.jsonl", "empty.jsonl"):
        with pytest.raises(LabError):
            read_scene(tmp_path / name)


def test_names_and_texts_do_not_get_into_a_trace(tmp_path: Path) -> None:
    scene = make_scene()
    window = scene.fittings[WINDOW]
    window.attributes.update(friendly_name="Anna's window", latitude=52.1, options=["on", "off"])
    write_scene(tmp_path / "day.jsonl", lines_of(scene, source="test"))
    text = (tmp_path / "day.jsonl").read_text(encoding="utf-8")
    assert "Anna" not in text
    assert "52.1" not in text
    assert "Kitchen window" not in text
    assert '"options"' in text


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_examples_that_ship_can_be_read(path: Path) -> None:
    scene = read_scene(path)
    assert scene.people
    assert len(_happens(scene)) > 100
    mind = scene.minds[scene.watched]
    assert isinstance(mind, Persona if path.stem.startswith("persona") else Diarist)
    assert path.stat().st_size < 300_000


def test_four_examples_ship() -> None:
    assert len(list(EXAMPLES.glob("persona-*.jsonl"))) == 3
    assert (EXAMPLES / "ordonez-a.jsonl").exists()


def test_recorded_answers_are_given_again(tmp_path: Path) -> None:
    lines = _written(tmp_path / "day.jsonl")
    lines.append('{"at":700,"is":"reply","member":0,"kind":"opening_left","reply":"not_now","after":3}')
    (tmp_path / "day.jsonl").write_text("\n".join(lines), encoding="utf-8")
    mind = read_scene(tmp_path / "day.jsonl").minds[0]
    assert isinstance(mind, Recorded)

    def asked(kind: str) -> str | None:
        offered = Offered(at=730, kind=kind, situation=f"{kind}:x", subjects=frozenset())
        found = mind.answer(offered)
        return found.reply if found else None

    assert asked("opening_left") == "not_now"
    assert asked("bedtime") is None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    extra=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
        max_leaves=8,
    ),
    kind=st.sampled_from([*trace._KINDS, "other"]),
    fields=st.dictionaries(
        st.sampled_from(("at", "key", "state", "member", "kind", "subjects", "minutes", "start", "domain", "room")),
        st.none() | st.integers(-5, 5) | st.text(max_size=8) | st.just(PERSON),
        max_size=6,
    ),
)
def test_no_line_whatever_it_holds_breaks_the_reader(tmp_path: Path, extra: object, kind: str, fields: dict) -> None:  # type: ignore[type-arg]
    lines = _written(tmp_path / "day.jsonl")
    lines.append(json.dumps({"is": kind, **fields, "extra": extra}))
    lines.append(json.dumps(extra))
    (tmp_path / "day.jsonl").write_text("\n".join(lines), encoding="utf-8")
    # Whatever comes, the reader accepts it or says so in one line.
    with suppress(LabError):
        read_scene(tmp_path / "day.jsonl")
