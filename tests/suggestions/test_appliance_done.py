"""A machine and all that speaks of it: one message, at the end, when it may be forgotten."""

from datetime import timedelta

import pytest

from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.roles import Role, survey
from custom_components.proactive_assistant.storage.corrections import Corrections
from custom_components.proactive_assistant.suggestions.appliance_done import ApplianceDone

from ..conftest import WASHER, WASHER_DOOR, Phone
from ..factories import suggestion
from .conftest import NOON, Stage
from .test_automated import automate

WORDS = ["off", "idle", "in_use", "rinsing", "spinning", "program_ended", "finished"]
PLUG, ENDS = "sensor.dryer_power", "sensor.dryer_completion_time"


@pytest.fixture(autouse=True)
def _detector(stage: Stage) -> None:
    stage.detector = ApplianceDone(stage.home)


def _miele(stage: Stage) -> tuple[str, str]:
    """Furnish a machine that tells its status and its phase."""
    names = [
        stage.add(name, "off", area="Bath", device="Lavatrice", device_class="enum", options=WORDS)
        for name in ("sensor.lavatrice_status", "sensor.lavatrice_phase")
    ]
    return names[0], names[1]


def _plug(stage: Stage, name: str = PLUG, **arguments: str) -> str:
    return stage.add(name, "0.4", device_class="power", unit_of_measurement="W", **({"area": "Utility"} | arguments))


def _draw(stage: Stage, plug: str, *levels: tuple[str, float]) -> None:
    """Let a plug draw each level for some minutes."""
    for watts, minutes in levels:
        stage.set(plug, watts)
        stage.freezer.tick(timedelta(minutes=minutes))


class TestOneMachine:
    def test_status_and_phase_are_one_message_from_the_first_end_on(self, stage: Stage) -> None:
        status, phase = _miele(stage)
        stage.set(status, "in_use")
        stage.set(phase, "rinsing")
        stage.set(phase, "spinning", after=40)
        stage.set(status, "program_ended", after=20)
        stage.set(phase, "rinsing", after=0.5)
        stage.set(phase, "finished", after=0.5)
        [finding] = stage.due(after=4.1)
        assert set(finding.entity_ids) == {status, phase}
        assert finding.facts["name"] == "Lavatrice"

    def test_a_phase_between_two_others_is_no_end(self, stage: Stage) -> None:
        status, phase = _miele(stage)
        stage.set(status, "in_use")
        stage.set(phase, "rinsing")
        stage.set(phase, "idle", after=40)
        assert not stage.found(after=10)
        stage.set(phase, "spinning")
        stage.set(phase, "idle", after=10)
        stage.set(status, "idle", after=1)
        assert len(stage.due(after=6)) == 1

    @pytest.mark.parametrize("first", [0, 1])
    def test_either_tells_that_it_was_emptied(self, stage: Stage, first: int) -> None:
        both = _miele(stage)
        for name, word in zip(both, ("program_ended", "finished"), strict=True):
            stage.set(name, "in_use")
            stage.set(name, word, after=60)
        assert stage.due(after=6)
        stage.set(both[first], "off")
        assert not stage.found()
        stage.set(both[1 - first], "off")
        assert not stage.found(after=10)

    def test_a_machine_that_says_so_for_a_moment_only_was_not_emptied_in_it(self, stage: Stage) -> None:
        state = stage.add("sensor.samsung_machine_state", "stop", device="Washer", device_class="enum",
                          options=["run", "pause", "stop"])  # fmt: skip
        job = stage.add("sensor.samsung_job_state", "none", device="Washer", device_class="enum",
                        options=["wash", "spin", "drying", "cooling", "finish", "none"])  # fmt: skip
        stage.set(state, "run")
        stage.set(job, "wash", after=1)
        stage.set(job, "drying", after=40)
        stage.set(job, "cooling", after=20)
        assert not stage.found(after=5)
        stage.set(job, "finish", after=1)
        stage.set(state, "stop")
        stage.set(job, "none", after=0.5)
        [finding] = stage.due(after=5)
        assert set(finding.entity_ids) == {state, job}
        stage.set("binary_sensor.washing_machine_door", "on")
        assert stage.due()

    def test_both_begin_anew_together(self, stage: Stage) -> None:
        status, phase = _miele(stage)
        for name in (status, phase):
            stage.set(name, "in_use")
        for name in (status, phase):
            stage.set(name, "finished", after=60)
        for name in (status, phase):
            stage.set(name, "in_use", after=20)
        assert not stage.found(after=30)
        stage.set(phase, "finished", after=10)
        assert len(stage.due(after=6)) == 1

    def test_a_strip_of_plugs_feeds_machines_of_their_own(self, stage: Stage) -> None:
        washer = _plug(stage, "sensor.washing_machine_power", device="Strip")
        dryer = _plug(stage, device="Strip")
        for plug in (washer, dryer):
            stage.set(plug, "500")
        for plug in (washer, dryer):
            stage.set(plug, "0.5", after=30)
        assert [item.facts["sort"] for item in stage.due(after=40)] == ["washer", "dryer"]

    def test_what_a_machine_says_itself_outweighs_its_plug(self, stage: Stage) -> None:
        plug = _plug(stage, "sensor.washing_machine_plug_power", area="Utility room")
        stage.set(WASHER, "running")
        _draw(stage, plug, ("300", 60), ("0.5", 6))
        assert not stage.found()
        stage.set(WASHER, "finished")
        assert [item.entity_ids for item in stage.due(after=6)] == [(WASHER,)]


class TestPower:
    def test_a_plug_that_has_drawn_next_to_nothing_for_minutes(self, stage: Stage) -> None:
        plug = _plug(stage)
        _draw(stage, plug, ("800", 50), ("2", 4.9))
        assert not stage.found()
        [finding] = stage.due(after=0.2)
        assert (finding.facts["name"], finding.facts["sort"]) == ("Dryer power", "dryer")
        assert stage.now - finding.began == timedelta(minutes=5.1)

    def test_a_drum_that_turns_and_rests_is_one_run(self, stage: Stage) -> None:
        plug = _plug(stage)
        _draw(stage, plug, *[("120", 0.5), ("2", 0.5)] * 40)
        assert not stage.found()
        assert stage.due(after=5)

    @pytest.mark.parametrize("levels", [[("800", 4)], [("8", 60)], [("40", 0.2), ("1", 3)] * 40, [("unavailable", 60)]])
    def test_what_is_no_run_has_no_end(self, stage: Stage, levels: list[tuple[str, float]]) -> None:
        plug = _plug(stage)
        _draw(stage, plug, *levels, ("0.4", 30))
        assert not stage.found()

    def test_a_dishwasher_dries_for_a_while_without_drawing_anything(self, stage: Stage) -> None:
        plug = _plug(stage, "sensor.dishwasher_power")
        _draw(stage, plug, ("1800", 50), ("2", 15), ("30", 1), ("2", 19))
        assert not stage.found()
        assert stage.due(after=2)

    def test_kilowatts_are_watts_too(self, stage: Stage) -> None:
        plug = stage.add(PLUG, "0", device_class="power", unit_of_measurement="kW")
        _draw(stage, plug, ("0.8", 50), ("0.002", 6))
        assert stage.due()

    def test_the_contact_at_its_door_empties_it_before_the_plug_has_told(self, stage: Stage) -> None:
        plug = _plug(stage)
        door = stage.add("binary_sensor.dryer_door", "off", area="Utility", device_class="door")
        _draw(stage, plug, ("800", 50), ("2", 3))
        stage.set(door, "on")
        assert not stage.found(after=10)
        # The next run is another one.
        _draw(stage, plug, ("800", 50), ("2", 6))
        assert stage.due()
        stage.set(door, "off")
        stage.set(door, "on", after=1)
        assert not stage.found()

    def test_a_new_run_ends_it(self, stage: Stage) -> None:
        plug = _plug(stage)
        _draw(stage, plug, ("800", 50), ("2", 20))
        assert stage.due()
        _draw(stage, plug, ("800", 6))
        assert not stage.found()

    def test_a_plug_that_a_person_says_feeds_a_machine(self, stage: Stage) -> None:
        plug = _plug(stage, "sensor.steckdose_3_leistung")
        assert plug not in stage.home.map.things
        said = Corrections({plug: Role.APPLIANCE})
        stage.home.map = survey(stage.house.hass, corrections=said)
        _draw(stage, plug, ("800", 50), ("2", 6))
        assert [item.facts["sort"] for item in stage.due()] == ["appliance"]


class TestCompletionTime:
    @pytest.fixture(autouse=True)
    def _machine(self, stage: Stage) -> None:
        stage.add(ENDS, "unknown", area="Utility", device="Dryer", device_class="timestamp")

    @staticmethod
    def _in(stage: Stage, minutes: float) -> str:
        return (stage.now + timedelta(minutes=minutes)).isoformat()

    def test_a_completion_time_that_has_passed(self, stage: Stage) -> None:
        stage.set(ENDS, self._in(stage, 60))
        stage.set(ENDS, self._in(stage, 70), after=30)
        assert not stage.found(after=39)
        assert not stage.due(after=5)
        [finding] = stage.due(after=1.1)
        assert finding.facts["name"] == "Dryer"
        assert stage.now - finding.began == timedelta(minutes=5.1)

    def test_one_that_is_taken_back_was_stopped(self, stage: Stage) -> None:
        stage.set(ENDS, self._in(stage, 60))
        stage.set(ENDS, "unknown", after=20)
        assert not stage.found(after=60)

    def test_a_machine_that_is_done_a_little_early(self, stage: Stage) -> None:
        stage.set(ENDS, self._in(stage, 60))
        stage.set(ENDS, "unknown", after=55)
        assert not stage.due()
        stage.freezer.tick(timedelta(minutes=6))
        stage.put(ENDS, NOON.isoformat())
        assert stage.due()

    @pytest.mark.parametrize("back", [10, 60])
    def test_a_lost_connection_takes_nothing_back(self, stage: Stage, back: float) -> None:
        ends = self._in(stage, 60)
        stage.set(ENDS, ends)
        stage.set(ENDS, "unavailable", after=55)
        assert not stage.found()
        stage.set(ENDS, ends, after=back)
        assert stage.due(after=6)

    def test_a_time_long_past_is_no_news(self, stage: Stage) -> None:
        stage.set(ENDS, self._in(stage, -60))
        assert not stage.found(after=10)

    def test_a_machine_that_says_its_state_is_not_guessed_from_its_time(self, stage: Stage) -> None:
        state = stage.add("sensor.dryer_state", "in_use", area="Utility", device="Dryer", device_class="enum",
                          options=WORDS)  # fmt: skip
        stage.set(ENDS, self._in(stage, 20))
        assert not stage.found(after=30)
        stage.set(state, "finished", after=10)
        assert stage.due(after=6)


class TestPatience:
    """Who always empties it later is not told before (product 3.3)."""

    @staticmethod
    def _emptied_after(stage: Stage, *minutes: float) -> None:
        for wait in minutes:
            stage.set(WASHER, "running", after=60)
            stage.set(WASHER, "finished", after=60)
            stage.set(WASHER_DOOR, "on", after=wait)
            stage.set(WASHER_DOOR, "off", after=1)
        stage.set(WASHER, "running", after=60)
        stage.set(WASHER, "finished", after=60)

    def test_a_machine_that_usually_waits_for_twenty_minutes(self, stage: Stage) -> None:
        self._emptied_after(stage, 20, 19, 22, 21, 20)
        assert not stage.due(after=19)
        assert stage.due(after=2)

    def test_four_times_are_no_habit(self, stage: Stage) -> None:
        self._emptied_after(stage, 20, 20, 20, 20)
        assert stage.due(after=6)

    def test_however_long_it_usually_waits_half_an_hour_is_enough(self, stage: Stage) -> None:
        self._emptied_after(stage, 200, 300, 150, 240, 180)
        assert not stage.due(after=29)
        assert stage.due(after=2)

    def test_who_comes_by_is_told_then(self, stage: Stage) -> None:
        motion = stage.add("binary_sensor.utility_motion", "off", area="Utility room", device_class="motion")
        self._emptied_after(stage, 25, 24, 27, 26, 25)
        stage.set(motion, "on", after=3)
        stage.set(motion, "off", after=1)
        assert not stage.due(after=10)
        stage.set(motion, "on")
        # They may be on the way to it.
        assert not stage.due(after=1)
        assert stage.due(after=1.1)

    def test_who_moves_elsewhere_is_not(self, stage: Stage) -> None:
        motion = stage.add("binary_sensor.office_motion", "off", area="Office", device_class="motion")
        self._emptied_after(stage, 25, 24, 27, 26, 25)
        stage.set(motion, "on", after=15)
        assert not stage.due(after=5)


class TestRestart:
    @staticmethod
    def _restart(stage: Stage) -> None:
        """Keep what is stored, and let every state come back newly changed."""
        stage.home.habits = Habits.from_dict(stage.home.habits.to_dict())
        stage.detector = ApplianceDone(stage.home)
        for state in stage.house.hass.states.async_all():
            stage.house.hass.states.async_set(state.entity_id, state.state, state.attributes, force_update=True)

    @pytest.mark.parametrize("word", ["finished", "standby"])
    def test_what_had_finished_before_a_restart_still_has(self, stage: Stage, word: str) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, word, after=60)
        [before] = stage.due(after=30)
        self._restart(stage)
        stage.set(WASHER, "unavailable")
        stage.set(WASHER, word, after=1)
        [finding] = stage.due()
        assert abs(finding.began - before.began) < timedelta(minutes=1)
        stage.set(WASHER_DOOR, "on")
        assert not stage.found()

    def test_who_switches_it_off_after_a_restart_has_emptied_it(self, stage: Stage) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "standby", after=60)
        self._restart(stage)
        assert stage.due(after=10)
        stage.set(WASHER, "off")
        assert not stage.found()

    @pytest.mark.parametrize(("minutes", "silent"), [(15, True), (5, False)])
    def test_a_machine_that_was_off_while_home_assistant_restarted(
        self, stage: Stage, minutes: int, *, silent: bool
    ) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "standby", after=60)
        stage.house.set(WASHER, "unavailable")
        self._restart(stage)
        stage.set(WASHER, "standby", after=minutes)
        assert bool(stage.due(after=5)) is not silent

    def test_what_was_emptied_before_a_restart_still_is(self, stage: Stage) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "finished", after=60)
        stage.set(WASHER_DOOR, "on", after=10)
        self._restart(stage)
        assert not stage.found(after=10)
        stage.set(WASHER, "unavailable")
        stage.set(WASHER, "finished", after=1)
        assert not stage.found(after=10)

    def test_a_plug_whose_run_had_ended(self, stage: Stage) -> None:
        plug = _plug(stage)
        _draw(stage, plug, ("800", 50), ("2", 6))
        assert stage.due()
        self._restart(stage)
        assert stage.due()
        stage.set(plug, "700", after=10)
        assert not stage.found()


@pytest.mark.parametrize(
    ("entity_id", "state", "seen_to"),
    [(WASHER_DOOR, "on", True), (WASHER, "running", True), (WASHER, "unavailable", False)],
)
def test_only_who_empties_it_has_seen_to_it(stage: Stage, entity_id: str, state: str, *, seen_to: bool) -> None:
    stage.set(WASHER, "running")
    stage.set(WASHER, "finished", after=60)
    [finding] = stage.due(after=10)
    stage.set(entity_id, state)
    assert not stage.found()
    assert stage.detector is not None
    assert stage.detector.by_hand(suggestion("appliance_done", entity_ids=finding.entity_ids)) is seen_to


@pytest.mark.parametrize(("minutes", "silent"), [(15, True), (3, False)])
def test_a_running_sensor_that_is_gone_for_a_moment_was_not_switched_off(
    stage: Stage, minutes: int, *, silent: bool
) -> None:
    flag = stage.add("binary_sensor.dryer", "off", area="Utility", device_class="running")
    stage.set(flag, "on")
    stage.set(flag, "off", after=60)
    stage.set(flag, "unavailable", after=6)
    stage.set(flag, "off", after=minutes)
    assert bool(stage.due()) is not silent


def test_a_run_that_was_broken_off_does_not_bring_back_the_one_before(stage: Stage) -> None:
    stage.set(WASHER, "running")
    stage.set(WASHER, "finished", after=60)
    assert stage.due(after=10)
    stage.set(WASHER, "running")
    stage.set(WASHER, "idle", after=5)
    assert not stage.found(after=10)


@pytest.mark.parametrize("junk", ["nan", "inf", "-1e300", "", "on", "9999-12-31", "2026-11-25T25:00:00"])
def test_readings_that_are_none(stage: Stage, junk: str) -> None:
    plug = _plug(stage)
    stage.add(ENDS, junk, device="Other dryer", device_class="timestamp")
    _draw(stage, plug, (junk, 30), ("0", 30))
    stage.set(ENDS, "unknown")
    stage.set(ENDS, junk, after=10)
    assert not stage.found(after=10)


@pytest.mark.parametrize(("to", "silent"), [("finished", True), ("running", False)])
async def test_what_the_users_own_automation_tells_of_is_left_to_it(
    stage: Stage, phone: Phone, to: str, *, silent: bool
) -> None:
    phase = stage.add("sensor.washing_machine_phase", "off", device="Washing machine", device_class="enum",
                      options=WORDS)  # fmt: skip
    tell = {"action": "notify.mobile_app_annas_phone", "data": {"message": "Laundry!"}}
    await automate(stage.house.hass, [tell], triggers=[{"trigger": "state", "entity_id": phase, "to": to}])
    stage.set(WASHER, "running")
    stage.set(WASHER, "finished", after=60)
    stage.set(phase, "finished")
    assert [item.automated for item in stage.due(after=6)] == [silent]
