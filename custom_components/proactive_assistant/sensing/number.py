"""Numbers as the home reports them: text, anything, and seldom what they should be."""

from math import isfinite


def finite(value: object) -> float | None:
    """Return a value as a finite number, or None: states are text, attributes are anything."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError, OverflowError:
        return None
    return number if isfinite(number) else None
