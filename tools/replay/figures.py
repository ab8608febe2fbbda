"""The report's pictures."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np

from .journal import Line
from .metrics import Metrics

mpl.use("Agg")
from matplotlib import pyplot as plt

type Account = tuple[str, list[Line]]

_SPOKEN: Final = "#2a6fb0"
_REASONS: Final = 8
"""Reasons that have a colour of their own; the rest are one."""


def _save(figure: plt.Figure, path: Path) -> str:
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path.name


def by_day(found: Metrics, folder: Path) -> str:
    """Draw volume, acceptance, annoyance and misses by day."""
    days = range(max(found.by_day, default=0) + 1)
    rows = np.array([found.by_day.get(day, [0, 0, 0, 0]) for day in days], float)
    figure, axes = plt.subplots(2, 1, figsize=(9, 5), sharex=True)
    axes[0].bar(days, rows[:, 0], color=_SPOKEN, label="messages")
    axes[0].bar(days, rows[:, 3], bottom=rows[:, 0], color="#c9c9c9", label="silent misses")
    axes[0].set_ylabel("a day")
    axes[0].legend(frameon=False)
    pushes = np.cumsum(rows[:, 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        for column, name, colour in ((1, "acceptance", "#3a8f3a"), (2, "annoyance", "#b03a2a")):
            axes[1].plot(days, np.cumsum(rows[:, column]) / pushes, color=colour, label=f"{name} so far")
    for target, colour in ((0.5, "#3a8f3a"), (0.15, "#b03a2a")):
        axes[1].axhline(target, color=colour, linewidth=0.8, linestyle=":")
    axes[1].set_ylim(0, 1)
    axes[1].set_xlabel("day")
    axes[1].set_ylabel("share of messages")
    axes[1].legend(frameon=False)
    return _save(figure, folder / "by-day.png")


def receptivity(accounts: Sequence[Account], start: datetime, folder: Path) -> str:
    """Draw how good moments were thought to be beside how good they were, by hour, on weekdays and weekends."""
    cells: dict[tuple[int, int, int], list[float]] = {}
    for _, lines in accounts:
        for line in lines:
            learned = line.get("numbers", {}).get("moment") if line["is"] in ("offer", "held") else None
            if learned is None:
                continue
            at = start + timedelta(minutes=line["at"])
            free = int(at.weekday() >= 5)
            cells.setdefault((0, free, at.hour), []).append(learned)
            if line.get("true_moment") is not None:
                cells.setdefault((1, free, at.hour), []).append(line["true_moment"])
    figure, axes = plt.subplots(2, 1, figsize=(9, 3.6), sharex=True)
    for row, (axis, name) in enumerate(zip(axes, ("as judged", "as it truly was"), strict=True)):
        grid = np.array([[np.mean(cells.get((row, free, hour), [np.nan])) for hour in range(24)] for free in (0, 1)])
        picture = axis.imshow(grid, aspect="auto", vmin=0, vmax=1, cmap="viridis")
        axis.set_yticks((0, 1), ("weekday", "weekend"))
        axis.set_title(f"P(good moment), {name}", fontsize=10)
        figure.colorbar(picture, ax=axis)
    axes[1].set_xlabel("hour of the decisions")
    return _save(figure, folder / "receptivity.png")


def decisions(accounts: Sequence[Account], folder: Path) -> str:
    """Draw every decision by day and hour; silences by their reason."""
    lines = [line for _, found in accounts for line in found if line["is"] in ("offer", "held")]
    held = [line for line in lines if line["is"] == "held"]
    names = [str(line["reason"]) for line in held]
    common = sorted(set(names), key=lambda name: -names.count(name))[:_REASONS]
    figure, axis = plt.subplots(figsize=(9, 5))
    for index, name in enumerate([*common, "other"]):
        chosen = [item for item in held if (item["reason"] if item["reason"] in common else "other") == name]
        if chosen:
            _dots(axis, chosen, plt.get_cmap("tab10")(index), f"held back: {name.replace('_', ' ')}", "o", 16)
    for channel, marker, colour in (("phone", "^", "black"), ("dashboard", "x", "#777777")):
        chosen = [item for item in lines if item["is"] == "offer" and item.get("channel") == channel]
        if chosen:
            _dots(axis, chosen, colour, f"said: {channel}", marker, 34)
    axis.set_xlabel("day")
    axis.set_ylabel("hour")
    axis.set_ylim(24, 0)
    axis.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return _save(figure, folder / "decisions.png")


def _dots(axis: plt.Axes, lines: list[Line], colour: object, name: str, marker: str, size: int) -> None:
    days = [line["at"] // 1440 for line in lines]
    hours = [line["at"] % 1440 / 60 for line in lines]
    axis.scatter(days, hours, s=size, color=colour, label=name, marker=marker, alpha=0.8)


def latency(found: Metrics, folder: Path) -> str:
    """Draw how long it took from worth saying to said, and from said to answered."""
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.2))
    for axis, values, name in (
        (axes[0], found.delays, "minutes from worth saying to said"),
        (axes[1], found.waits, "minutes from said to answered"),
    ):
        if values:
            axis.hist(np.clip(values, -30, 120), bins=30, color=_SPOKEN)
            axis.axvline(float(np.median(values)), color="black", linewidth=1)
        axis.set_xlabel(name)
    axes[0].set_ylabel("messages")
    return _save(figure, folder / "latency.png")
