"""What the rungs are made of."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from assistant.enums import Activity, PhoneState, Verdict
from assistant.facts import Moment
from custom_components.proactive_assistant.assistant import enums as core_enums
from custom_components.proactive_assistant.assistant import facts as core_facts
from custom_components.proactive_assistant.assistant.assistant import Assistant
from tools.errors import ArgumentError
from tools.replay.errors import ReplayError
from tools.replay.memory import Remembering
from tools.replay.persona import Persona, persona_scene
from tools.replay.policy_loop import policy_loop
from tools.replay.scene import Offered
from tools.replay.spread import apart, spread
from tools.streams import Family

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
SOMEBODY = 80
"""Of the split for validation."""


@pytest.fixture(scope="module")
def mind() -> Persona:
    found = persona_scene(SOMEBODY, days=3, seed=2, family=Family.A).minds[0]
    assert isinstance(found, Persona)
    return found


def test_a_moment_of_the_integration_is_the_same_in_the_laboratory() -> None:
    from tools.replay.ladder import mirrored  # noqa: PLC0415 - needs what only the lab's group has

    theirs = core_facts.Moment(
        at=AT,
        activity=core_enums.Activity.MEDIA,
        phone=core_enums.PhoneState.CALL,
        activity_minutes=12.0,
        forecast=(core_enums.Activity.ASLEEP,),
    )
    ours = mirrored(theirs)
    assert ours == replace(
        Moment(at=AT),
        activity=Activity.MEDIA,
        phone=PhoneState.CALL,
        activity_minutes=12.0,
        forecast=(Activity.ASLEEP,),
    )
    assert type(ours.activity) is Activity


@pytest.mark.real_engine
def test_an_engine_with_a_memory_says_the_same_and_computes_once() -> None:
    shipped = Assistant.load("numpy").engine
    remembering = Remembering(shipped)
    rng = np.random.default_rng(1)
    from custom_components.proactive_assistant.assistant import vocabulary as words  # noqa: PLC0415

    prefix = np.array([words.FIRST_TOKEN[field.name] for field in words.MOMENT_FIELDS])
    prefix = np.resize(prefix, words.PREFIX_LENGTH)
    suffixes = np.array([[words.FIRST_TOKEN[field.name] for field in words.SUGGESTION_FIELDS]] * 2)
    suffixes = np.array([np.resize(row, words.SUFFIX_LENGTH) for row in suffixes])
    z = rng.normal(size=(1, len(shipped.prior.mean)))
    for _ in range(3):
        assert remembering.logits(prefix, suffixes, z) == pytest.approx(shipped.logits(prefix, suffixes, z), abs=1e-5)
    assert remembering.computed == 2
    other = rng.normal(size=z.shape)
    assert remembering.logits(prefix, suffixes, other) == pytest.approx(
        shipped.logits(prefix, suffixes, other), abs=1e-5
    )


def test_a_message_about_its_matter_is_answered_as_in_the_simulator(mind: Persona) -> None:
    situation = next(item for item in mind._situations if mind.subjects(item.number))
    offered = Offered(
        at=situation.created + 1.0,
        kind=situation.kind,
        situation=f"{situation.kind}:x",
        subjects=mind.subjects(situation.number),
    )
    found, real = mind.situation(offered)
    assert real
    assert found.number == situation.number
    answer = mind.answer(offered)
    assert answer is not None
    assert answer.about == situation.created
    assert set(answer.truth) == {"content", "moment", "noticed", "need"}


def test_a_message_about_nothing_is_about_something_meant_to_be_so(mind: Persona) -> None:
    offered = Offered(at=1.0, kind="opening_left", situation="opening_left:y", subjects=frozenset({"window:attic"}))
    found, real = mind.situation(offered)
    assert not real
    assert found.on_purpose
    answer = mind.answer(offered)
    assert answer is None or answer.about is None


@pytest.mark.real_engine
def test_the_policy_in_the_laboratory_heeds_caps_and_says_a_thing_once(mind: Persona) -> None:
    from assistant.assistant import Assistant as LabAssistant  # noqa: PLC0415

    decided = policy_loop(mind.world, LabAssistant.load("numpy").engine)
    pushed = [item for item in decided if item.pushed]
    assert all(item.decision.verdict in (Verdict.SPEAK, Verdict.ACT) for item in pushed)
    days: dict[int, int] = {}
    for item in pushed:
        days[item.look.session] = days.get(item.look.session, 0) + 1
    assert max(days.values(), default=0) <= 3
    assert len({item.look.index for item in decided}) == len(decided)


def test_an_order_that_fails_in_its_process_says_why() -> None:
    with pytest.raises(ReplayError, match="no persona 9999999"):
        apart(("tools.replay.command:lived", (9_999_999, None, 1.0, 2, "A")))


def test_no_workers_is_an_argument_that_makes_no_sense() -> None:
    with pytest.raises(ArgumentError):
        list(spread([], workers=0))
