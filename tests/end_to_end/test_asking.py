"""Asking a real process: its editors, its conversation, its actions, over the interfaces a browser uses."""

import pytest

from custom_components.proactive_assistant.const import DOMAIN
from custom_components.proactive_assistant.services import ACTIONS

from .kit import running

pytestmark = [pytest.mark.timeout(180), pytest.mark.usefixtures("socket_enabled")]


async def test_a_browser_finds_what_there_is_and_gets_answers() -> None:
    async with running() as home:
        admin = home.admin
        services = await admin.command({"type": "get_services"})
        assert set(services[DOMAIN]) >= set(ACTIONS)
        fields = services[DOMAIN]["later"]["fields"]
        assert set(fields) == {"suggestion", "person", "duration", "until", "at"}

        checked = await admin.command(
            {
                "type": "validate_config",
                "triggers": {"trigger": f"{DOMAIN}.suggestion_offered", "options": {"kind": ["opening_left"]}},
                "conditions": {
                    "condition": f"{DOMAIN}.is_good_moment",
                    "options": {"person": "person.alex"},
                },
            }
        )
        assert checked == {
            "triggers": {"valid": True, "error": None},
            "conditions": {"valid": True, "error": None},
        }

        await home.forward(9, ("kitchen_window", True))
        found = await admin.act(f"{DOMAIN}.list", {"lists": ["current"]}, response=True)
        assert "opening_left" in {row["kind"] for row in found["current"]}
        said = await admin.command({"type": "conversation/process", "text": "What should I know?", "language": "en"})
        assert "Still open" in said["response"]["speech"]["plain"]["speech"]

        texts = await admin.command(
            {"type": "frontend/get_translations", "language": "en", "category": "triggers", "integration": [DOMAIN]}
        )
        assert texts["resources"][f"component.{DOMAIN}.triggers.suggestion_offered.name"] == "Suggestion offered"
        assert await home.state("binary_sensor.proactive_assistant_alex_good_moment") in ("on", "off")
