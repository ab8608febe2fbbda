"""Long work in the event loop, in slices: others have their turn in between."""

import asyncio
import time
from typing import Final

SLICE: Final = 0.002
"""Seconds of work after which the event loop has its turn; the budget of a block is 5 ms (issue 6)."""


class Slices:
    """Gives the event loop its turn when a slice is used up."""

    def __init__(self, pause: float = 0.0) -> None:
        """Begin the first slice; `pause` are seconds left to others after each, where there is no hurry."""
        self._pause = pause
        self._begun = time.perf_counter()

    async def turn(self, *, ahead: float = 0.0) -> None:
        """Let others run if it is time; `ahead` are seconds that the next piece of work may take at most."""
        if time.perf_counter() - self._begun + ahead >= SLICE:
            await asyncio.sleep(self._pause)
            self._begun = time.perf_counter()
