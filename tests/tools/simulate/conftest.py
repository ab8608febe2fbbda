"""Small simulated homes, made once; these tests need the lab's group, which not every contributor installs."""

import importlib.util

import pytest

from tools.personas import draw_household
from tools.streams import Family

collect_ignore_glob = [] if importlib.util.find_spec("pyarrow") else ["test_*"]

if not collect_ignore_glob:
    from tools.simulate.world import World, household_worlds

    @pytest.fixture(scope="package", params=list(Family))
    def worlds(request: pytest.FixtureRequest) -> list[World]:
        """Two weeks of some homes, in either family."""
        found: list[World] = []
        for index in range(12):
            found += household_worlds(draw_household(index, 5, request.param), 14)
        return found
