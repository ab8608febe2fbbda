"""Whom to tell of what has to be seen to at home: who is in can do it, who is at work cannot."""

from collections.abc import Collection

from ..sensing.home import Home


class Addressees:
    """Remembers for each situation who was in when it became worth saying; who comes later finds it dealt with."""

    def __init__(self, home: Home) -> None:
        """Read this home."""
        self._home = home
        self._chosen: dict[str, tuple[str, ...]] = {}

    def of(self, situation: str, *, due: bool) -> tuple[str, ...]:
        """Return the persons to tell; none means everybody: nobody is in, or nobody there who may be told."""
        within = tuple(
            person
            for person in self._home.at_home()
            if person in self._home.profiles and not self._home.profile(person).child
        )
        if not due or not within:
            return within
        chosen = self._chosen.get(situation, ())
        if not set(chosen) & set(within):
            chosen = self._chosen[situation] = within
        return chosen

    def keep(self, situations: Collection[str]) -> None:
        """Forget all situations but these."""
        self._chosen = {key: persons for key, persons in self._chosen.items() if key in situations}
