"""Validators of others that answer some input with another error than voluptuous expects of them."""

from collections.abc import Callable
from typing import Any

import voluptuous as vol


def checked[T](validator: Callable[[Any], T]) -> Callable[[Any], T]:
    """Return a validator that refuses what the given one falls over, such as a number no timedelta can hold."""

    def check(value: Any) -> T:
        try:
            return validator(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise vol.Invalid(f"not understood: {error}") from error

    return check
