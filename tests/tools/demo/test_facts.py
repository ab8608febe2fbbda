"""The table of every suggestion of a run."""

import json
from datetime import timedelta
from pathlib import Path

from tools.demo import trace
from tools.demo.facts import Facts
from tools.demo.phone import Push

OFFERED = {
    "type": "offered", "kind": "opening_left", "situation": "opening_left:w", "suggestion_id": "s1",
    "channel": "push", "reason": "welcome", "numbers": {"content": 0.81234},
}  # fmt: skip


def test_a_row_holds_the_label_the_words_the_facts_and_what_became_of_it(tmp_path: Path) -> None:
    recorded = trace.load()
    at = recorded.start + timedelta(days=2)
    facts = Facts(recorded)
    facts.count(at, OFFERED, "Window")
    facts.push("opening_left:w", Push(tag="x", title="Open", message="Window | 10 min", buttons=(), data={}))
    facts.count(at, OFFERED | {"type": "accepted"}, "Window")
    facts.count(at, OFFERED | {"type": "held_back"}, "Window")
    facts.look_up({"lessons": [{"suggestion": {"id": "s1", "facts": {"area": "Kitchen", "names": ["A", "B"]}}}]})
    facts.write(tmp_path)
    [row] = json.loads((tmp_path / "demo_suggestions.json").read_text())
    assert (row["day"], row["kind"], row["outcome"]) == (3, "opening_left", "accepted")
    assert row["label"] == recorded.label_at(at)
    assert row["numbers"] == {"content": 0.812}
    line = (tmp_path / "demo_suggestions.md").read_text().splitlines()[-1]
    assert "Open: Window / 10 min" in line
    assert "area: Kitchen; names: A, B" in line
