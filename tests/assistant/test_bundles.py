"""What the check at the door names is not said again by itself, whichever would come first."""

from dataclasses import replace

from assistant.bundles import NAMES, names
from assistant.enums import HomeMode, Reason, RiskClass, Verdict
from assistant.kinds import KINDS
from tests.assistant.cases import action, decided, eager, moment, suggestion

THINGS = ("light.hall", "sensor.oven", "cover.garage")
CHECK = suggestion("leave_home", entity_ids=THINGS, risk_present=True)
OVEN = suggestion("heat_source_on", entity_ids=("sensor.oven",), risk_present=True)
GARAGE = suggestion("garage_open", entity_ids=("cover.garage",))


def test_the_check_goes_first_and_the_rest_has_been_told() -> None:
    oven, garage, check = decided(eager(), [OVEN, GARAGE, CHECK])
    assert check.verdict is Verdict.SPEAK
    assert (oven.reason, garage.reason) == (Reason.DUPLICATE, Reason.DUPLICATE)


def test_where_the_check_is_held_the_rest_tells_for_itself() -> None:
    oven, check = decided(eager(), [OVEN, CHECK], at=moment(mode=HomeMode.GUEST))
    assert check.reason is Reason.GUEST
    assert oven.verdict is Verdict.SPEAK


def test_only_what_says_nothing_more_is_told_with_it() -> None:
    assert names(CHECK, OVEN)
    assert not names(CHECK, replace(OVEN, actions=(action(RiskClass.A2),)))
    assert not names(CHECK, replace(OVEN, entity_ids=("sensor.oven", "sensor.hob")))
    assert not names(CHECK, replace(OVEN, entity_ids=()))
    assert not names(CHECK, replace(OVEN, safety=True))
    window = suggestion("opening_left", entity_ids=("light.hall",))
    assert names(CHECK, window)
    assert not names(CHECK, replace(window, risk_present=True))
    assert not names(CHECK, suggestion("bin_day", entity_ids=("light.hall",)))
    assert not names(OVEN, CHECK)


def test_the_table_names_kinds_that_exist() -> None:
    assert {*NAMES, *(kind for named in NAMES.values() for kind in named)} <= KINDS.keys()
