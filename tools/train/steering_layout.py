"""Which steering coefficient belongs to which preference dimension, and which outputs each may move."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.vocabulary import FIRST_OUTPUT, OUTPUT_COUNT, OUTPUT_GROUPS, STEERING_GROUPS

# One row per k of the sweep. Style has three independent wishes (length, tone, reason), so it never shares
# a direction where there is room.
_SIZES: Final[dict[int, tuple[int, int, int, int, int]]] = {
    0: (0, 0, 0, 0, 0),
    2: (1, 1, 0, 0, 0),
    4: (1, 1, 1, 1, 0),
    8: (2, 2, 1, 2, 1),
    12: (3, 3, 1, 3, 2),
    16: (4, 4, 2, 3, 3),
}
SIZES: Final = tuple(_SIZES)


def groups_of(k: int) -> tuple[str, ...]:
    """Return the preference dimension of every coefficient; raises KeyError for a k without a row."""
    return tuple(name for name, size in zip(STEERING_GROUPS, _SIZES[k], strict=True) for _ in range(size))


def output_mask(name: str) -> NDArray[np.bool_]:
    """Return which outputs belong to an output group, shape (OUTPUT_COUNT,)."""
    size = next(len(group.values) for group in OUTPUT_GROUPS if group.name == name)
    mask = np.zeros(OUTPUT_COUNT, bool)
    mask[FIRST_OUTPUT[name] : FIRST_OUTPUT[name] + size] = True
    return mask


def allowed(dimension: str) -> NDArray[np.bool_]:
    """Return which outputs a preference dimension may move, shape (OUTPUT_COUNT,)."""
    masks = [output_mask(name) for name in STEERING_GROUPS[dimension]]
    return np.any(masks, axis=0)


def membership(groups: tuple[str, ...]) -> NDArray[np.float32]:
    """Return 1 where a coefficient belongs to a dimension, shape (dimensions, k)."""
    return np.array([[group == name for group in groups] for name in STEERING_GROUPS], np.float32).reshape(
        len(STEERING_GROUPS), len(groups)
    )


def permissions() -> NDArray[np.float32]:
    """Return 1 where a dimension may move an output, shape (dimensions, OUTPUT_COUNT)."""
    return np.array([allowed(name) for name in STEERING_GROUPS], np.float32)


def coefficient_permissions(groups: tuple[str, ...]) -> NDArray[np.float32]:
    """Return 1 where a coefficient may move an output, shape (k, OUTPUT_COUNT)."""
    return np.array([allowed(name) for name in groups], np.float32).reshape(len(groups), OUTPUT_COUNT)
