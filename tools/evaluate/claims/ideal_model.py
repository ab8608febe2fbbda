"""Family A's people as the ideal observer knows them: standard normal latents, their tastes, and true logits.

The numbers are the generator's own (`tools.personas`, `tools.simulate.logistic`); those that stand inside a function
there are mirrored here, and a test compares both. What is simplified: the common traits are independent of one another
(the Big Five tie them weakly), tastes do not wander from day to day (by 0.04 logits in the mean), busyness and mood are
new at every look, and a style that displeases is as likely at every look of a person.
"""

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Final

import jax
import jax.numpy as jnp
import numpy as np

from assistant.enums import Activity, Category
from assistant.kinds import KINDS
from tools.personas import tastes
from tools.personas.preferences import _ONLY_AT_TRANSITIONS
from tools.simulate.logistic import _BUSY, _MOOD, _NOT_AT_TRANSITION

from .ideal_facts import OUTCOMES, SINCE_MOST

type Array = jax.Array
type Facts = dict[str, Array]
type Tastes = dict[str, Array]

LATENTS: Final = {
    **dict.fromkeys(
        ("content_base", "safety", "thrifty", "houseproud", "aging", "away_worry", "weekend_chores", "habituation"), 1
    ),
    **dict.fromkeys(("moment_base", "focus", "outgoing", "patience", "recovery", "morningness", "urgency_opens"), 1),
    **dict.fromkeys(("transition_gain", "only_at_transitions", "chores_while_cooking", "wish"), 1),
    **dict.fromkeys(("guests", "weekend", "ill", "work_at_home", "snoozer", "style_matters"), 1),
    "activity": len(Activity),
    "day_part": len(tastes.DAY_PARTS),
    "category": len(Category),
    "kind": len(KINDS),
    "changed_category": len(Category),
    "changed_activity": len(Activity),
}
"""Name and size of every group of a person's latents."""
_ENDS: Final = np.cumsum(list(LATENTS.values())).tolist()
PLACES: Final = {name: slice(end - size, end) for (name, size), end in zip(LATENTS.items(), _ENDS, strict=True)}
SIZE: Final = _ENDS[-1]

_NORMAL: Final = NormalDist()
_NODES: Final = np.linspace(-4.5, 4.5, 181)
_RANKS: Final = np.array([_NORMAL.cdf(z) for z in _NODES.tolist()])


def _quantiles(values: np.ndarray, density: np.ndarray) -> np.ndarray:
    """Return a distribution's quantiles at the nodes of a standard normal, from its density up to a factor."""
    mass = np.cumsum(density)
    return np.interp(_RANKS, mass / mass[-1], values)


def _beta(a: float, b: float) -> np.ndarray:
    x = (np.arange(20_000) + 0.5) / 20_000
    return _quantiles(x, x ** (a - 1) * (1 - x) ** (b - 1))


def _gamma(shape: float, scale: float) -> np.ndarray:
    x = (np.arange(20_000) + 0.5) / 1_000
    return _quantiles(scale * x, x ** (shape - 1) * np.exp(-x))


# Inside functions of tools.personas.preferences:
_HABITUATION: Final = _gamma(2.0, 0.05)
_URGENCY_OPENS: Final = _beta(3.0, 2.0)
_SNOOZER: Final = _beta(4.0, 2.5)
_STYLE_MATTERS: Final = _beta(1.5, 10.0)
COST_WRONG: Final = (0.3, 0.4)
COST_ATTENTION: Final = (0.04, 0.5)
"""Median and SD of the log."""
_CHANGED_CATEGORY, _CHANGED_ACTIVITY = 0.9, 0.8  # tools.simulate.logistic

# Of tools.simulate.resident, where it follows from style and chance:
MISSES: Final = 1.35
"""Parts of the usual style that displease at a look, in the mean."""

CONTENT_SHRINK: Final = 1 / np.sqrt(1 + np.pi / 8 * _MOOD**2)
MOMENT_SHRINK: Final = 1 / np.sqrt(1 + np.pi / 8 * (_MOOD**2 + _BUSY**2))
"""MacKay 1992: a logistic averaged over a normal of the hidden states' size."""


def _row[K](table: Mapping[K, float], keys: Sequence[K]) -> np.ndarray:
    return np.array([table.get(key, 0.0) for key in keys], np.float32)


_A, _C = list(Activity), list(Category)
_DEMAND: Final = np.log(_row(tastes.DEMAND, list(KINDS)))
_KIND_MEAN: Final = 0.35 * (_DEMAND - _DEMAND.mean())


def _from(quantiles: np.ndarray, z: Array) -> Array:
    return jnp.interp(z, _NODES, quantiles)


def tastes_of(x: Array) -> Tastes:
    """Return the tastes of one person, shape (SIZE,) of latents, under the names of `Preferences`."""
    z = {name: x[place] if LATENTS[name] > 1 else x[place][0] for name, place in PLACES.items()}
    return {
        "content_base": 0.6 + 0.9 * z["content_base"],
        "by_category": _row(tastes.CATEGORY_MEAN, _C)
        + _row(tastes.SAFETY_LOADING, _C) * z["safety"]
        + _row(tastes.THRIFT_LOADING, _C) * z["thrifty"]
        + _row(tastes.HOUSEPROUD_LOADING, _C) * z["houseproud"]
        + tastes.CATEGORY_SPREAD * z["category"],
        "by_kind": _KIND_MEAN + tastes.KIND_SPREAD * z["kind"],
        "aging": 0.05 + 0.3 * z["aging"],
        "away_worry": jnp.maximum(0.4 + 0.5 * z["safety"] + 0.3 * z["away_worry"], 0.0),
        "weekend_chores": 0.2 + 0.7 * z["weekend_chores"],
        "habituation": _from(_HABITUATION, z["habituation"]),
        "moment_base": 1.4 + 1.1 * z["moment_base"],
        "by_activity": _row(tastes.ACTIVITY_MEAN, _A)
        + _row(tastes.FOCUS_LOADING, _A) * z["focus"]
        + _row(tastes.OUTGOING_LOADING, _A) * z["outgoing"]
        + tastes.ACTIVITY_SPREAD * z["activity"],
        "by_day_part": jnp.asarray(tastes.DAY_PART_MEAN) + jnp.asarray(tastes.DAY_PART_SPREAD) * z["day_part"],
        # -0.35 times the chronotype, which nobody knows, and 0.3 of its own.
        "morningness": float(np.hypot(0.35, 0.3)) * z["morningness"],
        "transition_gain": jnp.maximum(0.7 + 0.45 * z["transition_gain"], -0.3),
        "only_at_transitions": z["only_at_transitions"] > _NORMAL.inv_cdf(1 - _ONLY_AT_TRANSITIONS),
        "chores_while_cooking": 0.5 + 0.8 * z["chores_while_cooking"],
        "wish": tastes.WISH_MEDIAN * jnp.exp(tastes.WISH_LOG_SD * z["wish"]),
        "patience": jax.nn.sigmoid(z["patience"]),
        "recovery": 45.0 * jnp.exp(0.7 * z["recovery"]),
        "urgency_opens": _from(_URGENCY_OPENS, z["urgency_opens"]),
        "guests": -0.7 - 0.6 * z["guests"],
        "weekend": 0.1 + 0.5 * z["weekend"],
        "ill": -0.6 + 0.6 * z["ill"],
        "work_at_home": -0.3 + 0.5 * z["work_at_home"],
        "snoozer": _from(_SNOOZER, z["snoozer"]),
        "accepts": (1.0 - _from(_STYLE_MATTERS, z["style_matters"])) ** MISSES,
    }


def changed(found: Tastes, x: Array) -> Tastes:
    """Return the tastes after an abrupt change, should there be one."""
    return found | {
        "by_category": found["by_category"] + _CHANGED_CATEGORY * x[PLACES["changed_category"]],
        "by_activity": found["by_activity"] + _CHANGED_ACTIVITY * x[PLACES["changed_activity"]],
    }


def content(t: Tastes, f: Facts) -> Array:
    """Return the logits of wanted content, shape (looks,), without what is hidden."""
    x = t["content_base"] + t["by_category"][f["category"]] + t["by_kind"][f["kind"]] + t["aging"] * f["age"]
    x += 0.8 * f["risk"] - 0.6 * f["refused"] - t["habituation"] * f["this_week"]
    return x + t["away_worry"] * f["away"] + t["weekend_chores"] * f["free_chore"]


def moment(t: Tastes, f: Facts, mind: Array | float = 0.0) -> Array:
    """Return the logits of a good moment, shape (looks,); `mind` is what busyness and mood add."""
    x = t["moment_base"] + t["by_activity"][f["activity"]] + t["by_day_part"][f["part"]] + mind
    x += t["morningness"] * f["morning"] + t["guests"] * f["guests"] + t["weekend"] * f["free"] + t["ill"] * f["ill"]
    x += t["work_at_home"] * f["work_at_home"] + t["chores_while_cooking"] * f["hands"]
    waits = -_NOT_AT_TRANSITION * t["only_at_transitions"] * (1 - f["pressing"])
    x += jnp.where(f["transition"] > 0, t["transition_gain"], waits)
    opens = t["urgency_opens"] * jnp.where(f["pressing"] > 0, 0.9, 0.4)
    x += f["urgent"] * (opens * jnp.maximum(-x, 0.0) + 0.3)
    x -= 0.8 * jax.nn.softplus(f["today"] + 1.0 - t["wish"])
    tired = (2.4 - 1.8 * t["patience"]) * jnp.exp(-f["since"] / t["recovery"])
    return x - jnp.where(f["since"] < SINCE_MOST, tired, 0.0)


def wanted(t: Tastes, f: Facts, mood: Array | float | None = None) -> Array:
    """Return P(content wanted) for everything that may be hidden, shape (looks, outcomes); averaged without a mood."""
    x = content(t, f)[:, None] + jnp.asarray(list(OUTCOMES.values()))
    return jax.nn.sigmoid(CONTENT_SHRINK * x if mood is None else x + _MOOD * mood)
