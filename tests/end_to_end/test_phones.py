"""The whole way: a real process, phones of the real mobile_app API, real pushes, real taps."""

import pytest

from .kit import action, running, shown, until

pytestmark = [pytest.mark.timeout(180), pytest.mark.usefixtures("socket_enabled")]

LAMP = "light.living_room_ceiling_light"


async def test_one_resident_is_told_taps_and_takes_it_back() -> None:
    async with running() as home:
        [phone] = home.phones
        await home.forward(5, ("living_light", True))
        await phone.locate(home=False)
        await home.forward(14)
        [push] = shown(phone)
        assert push.title == "Still on"
        assert "Ceiling light" in push.message
        assert push.data["visibility"] == "private"
        assert [words for _, words in push.buttons] == ["Turn off", "Later", "Not now"] or push.asks
        assert await home.state(LAMP) == "on"

        # A forged id and one of somebody else's do nothing.
        await phone.press(push, "PROACTIVE_ASSISTANT_DO_guessed")
        await phone.press(push, "SOMEBODY_ELSES_BUTTON")
        await home.forward(0.1)
        assert await home.state(LAMP) == "on"

        await phone.press(push, push.buttons[0][0])
        await home.becomes(LAMP, "off")
        await until(lambda: shown(phone) != [push])
        assert home.calls.count("light.turn_off") == 1
        [done] = shown(phone)
        assert done.tag == push.tag, "it replaces the question"
        assert not done.asks
        assert [words for _, words in done.buttons] == ["Undo"]

        # The question is answered: its buttons are dead.
        await phone.press(push, push.buttons[0][0])
        await phone.press(push, push.buttons[2][0])
        await home.forward(0.1)
        assert home.calls.count("light.turn_off") == 1

        await phone.press(done, action(done, "Undo"))
        await home.becomes(LAMP, "on")
        assert [line for line in home.said() if line.endswith("leave_home")] == [
            "offered leave_home",
            "executed leave_home",
            "accepted leave_home",
            "undone leave_home",
        ]
        assert await home.state("sensor.proactive_assistant_alex_current_suggestion") != "leave_home"


async def test_two_residents_and_one_situation() -> None:
    async with running("Ben") as home:
        alex, ben = home.phones
        await home.forward(9, ("kitchen_window", True))
        [to_alex], [to_ben] = shown(alex), shown(ben)
        assert to_alex.tag == to_ben.tag
        assert to_alex.title == to_ben.title == "Still open"
        assert [words for _, words in to_alex.buttons] == ["On it", "Later", "Not now"]
        assert [words for _, words in to_ben.buttons][3:] == ["Later …", "Why?", "On purpose", "Never"]
        assert {name for name, _ in to_alex.buttons}.isdisjoint({name for name, _ in to_ben.buttons})
        assert await home.state("todo.proactive_assistant_home_check") == "1"

        # Ben's phone cannot answer what lies on Alex's.
        await ben.press(to_alex, to_alex.buttons[0][0])
        await home.forward(0.1)
        assert len(shown(alex)) == len(shown(ben)) == 1
        assert await home.state("todo.proactive_assistant_home_check") == "1"

        # Ben asks why, and puts it off with words; that does for both.
        await ben.press(to_ben, action(to_ben, "Why?"))
        await until(lambda: shown(ben)[0].message != to_ben.message)
        [why] = shown(ben)
        await ben.press(why, action(why, "Later …"), "in 20 Minuten")
        await until(lambda: not shown(alex) and not shown(ben))
        await alex.press(to_alex, to_alex.buttons[0][0])
        await home.forward(15)
        assert not shown(alex)
        assert not shown(ben)

        # It was promised to Ben, and to nobody else.
        await home.forward(10)
        assert not shown(alex)
        [again] = shown(ben)
        await ben.press(again, action(again, "On it"))
        await until(lambda: not shown(ben))
        await ben.press(again, action(again, "Not now"))
        await ben.press(to_ben, action(to_ben, "Not now"))
        await home.forward(30)
        assert [line for line in home.said() if line.endswith("opening_left") and "held_back" not in line] == [
            "offered opening_left",
            "offered opening_left",
            "later opening_left",
            "resolved opening_left",
            "offered opening_left",
            "accepted opening_left",
        ]
        assert not shown(alex)
        assert not shown(ben)
        assert await home.state("todo.proactive_assistant_home_check") == "0"
