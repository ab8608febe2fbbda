"""The pictures of the population report."""

from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
import polars as pl
from matplotlib import pyplot as plt

from tools.simulate.cost import Cost
from tools.simulate.curves import CATEGORIES, INDEX, SLOTS, STRATA, group_curve

from .answers import mix, per_person, phone
from .claims import DIMENSIONS, TRAITS, correlations
from .lives import PERCENTILES, Lives, clock_table, in_stratum, members, source_curve, source_hours

_SOURCE: Final = {"color": "0.35", "linestyle": "--", "linewidth": 1.2}
_PANELS: Final = (
    ("", "everyone"),
    ("employment", "full_time"),
    ("employment", "student"),
    ("employment", "not_in_labour_force"),
    ("age_group", "65+"),
    ("household_type", "partner_child"),
)
_SHOWN: Final = {"sleep": "tab:blue", "work": "tab:red", "leisure": "tab:green", "household": "tab:orange"}


def _save(figure: Any, folder: Path, name: str) -> str:
    """Write a figure without dates or version, so that the same data gives the same file; return its name."""
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / name, dpi=110, metadata={"Software": None})
    plt.close(figure)
    return name


def activity(lives: Lives, folder: Path) -> str:
    """Draw weekday curves of some groups beside the diaries'."""
    figure, axes = plt.subplots(2, 3, figsize=(12, 6.4), sharex=True, sharey=True, layout="constrained")
    hours = 4 + np.arange(SLOTS) / 2
    overall = group_curve()
    assert overall is not None
    for axis, (attribute, value) in zip(axes.flat, _PANELS, strict=True):
        chosen = members(lives, attribute, value) if attribute else np.arange(len(lives.personas))
        source = source_curve(attribute, value) if attribute else overall
        if not len(chosen):
            continue
        shares = lives.weekdays[chosen].mean(axis=0)
        for letter, colour in _SHOWN.items():
            axis.plot(hours, shares[:, INDEX[letter]], color=colour, label=letter)
            axis.plot(hours, source[:, INDEX[letter]], **_SOURCE)
        axis.set_title(f"{value} ({len(chosen)})", fontsize=10)
    axes[0, 0].legend(fontsize=8)
    for axis in axes[1]:
        axis.set_xticks(range(4, 29, 4), [f"{hour % 24:02d}:00" for hour in range(4, 29, 4)], fontsize=8)
    figure.suptitle("Weekdays: share of people by half-hour; dashed: diaries (ATUS 2003–2018)")
    return _save(figure, folder, "activity.png")


def clocks(lives: Lives, folder: Path) -> str:
    """Draw percentiles of getting up and going to bed against the diaries'."""
    figure, axes = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    for axis, times, what in ((axes[0], lives.wake, "wake"), (axes[1], lives.bed, "bed")):
        for attribute, value in (("", "everyone"), ("employment", "full_time"), ("age_group", "15-24")):
            chosen = members(lives, attribute, value).tolist() if attribute else range(len(times))
            if not len(chosen):
                continue
            found = np.percentile(np.concatenate([times[place] for place in chosen]), PERCENTILES) / 60
            source = np.array(clock_table(attribute, value)[what]) / 60
            axis.plot(source, found, "o-", label=value)
        limits = axis.get_xlim()
        axis.plot(limits, limits, **_SOURCE)
        axis.set_xlabel("diaries, hour of the clock")
        axis.set_ylabel("simulated")
        axis.set_title(f"{'getting up' if what == 'wake' else 'going to bed'}: percentiles 5, 25, 50, 75, 95")
    axes[0].legend()
    return _save(figure, folder, "clocks.png")


def weekend(lives: Lives, folder: Path) -> str:
    """Draw weekends beside their table, and the same people's weekdays."""
    figure, axes = plt.subplots(2, 2, figsize=(11, 6.4), sharex=True, sharey=True, layout="constrained")
    for axis, name in zip(axes.flat, STRATA, strict=True):
        chosen = in_stratum(lives, name)
        if not len(chosen):
            continue
        source = source_hours(name)
        for category, colour in (("sleeping", "tab:blue"), ("work", "tab:red"), ("tv", "tab:green")):
            place = CATEGORIES.index(category)
            axis.plot(lives.weekends[chosen].mean(axis=0)[:, place], color=colour, label=f"{category}, weekend")
            axis.plot(lives.weekday_hours[chosen].mean(axis=0)[:, place], color=colour, alpha=0.35, label="weekday")
            axis.plot(source[:, place], **_SOURCE)
        axis.set_title(f"{name} ({len(chosen)} personas)", fontsize=10)
    axes[0, 0].legend(fontsize=7)
    figure.suptitle("Weekends by hour; dashed: ATUS 2022–23 (BuildOcc); pale: the same people's weekdays")
    return _save(figure, folder, "weekend.png")


def wishes(lives: Lives, folder: Path) -> str:
    """Draw the messages a day that personas wish for."""
    figure, axis = plt.subplots(figsize=(6, 3.6), layout="constrained")
    found = np.array([persona.preferences.scheduling.wish_per_day for persona in lives.personas])
    axis.hist(found, bins=np.arange(0, 20, 0.5), color="tab:blue")
    axis.axvline(float(np.median(found)), color="black", label=f"median {np.median(found):.1f}")
    axis.axvspan(3, 4, color="0.8", zorder=0, label="ProPerSim's personas: median 3 to 4")
    axis.set_xlabel("messages wished a day")
    axis.set_ylabel("personas")
    axis.legend(fontsize=8)
    return _save(figure, folder, "wishes.png")


def acceptance(frames: dict[str, pl.DataFrame], folder: Path) -> str:
    """Draw how people differ in what is welcome."""
    figure, axis = plt.subplots(figsize=(6, 3.6), layout="constrained")
    for family, frame in frames.items():
        found = per_person(frame.filter(~pl.col("asleep")), pl.col("welcome").mean())
        axis.hist(found, bins=np.linspace(0, 1, 41), alpha=0.6, density=True, label=f"{family}: SD {found.std():.2f}")
    axis.set_xlabel("a person's mean P(wanted and good moment) while awake")
    axis.set_ylabel("density")
    axis.legend()
    return _save(figure, folder, "acceptance.png")


def outcomes(frames: dict[str, pl.DataFrame], folder: Path) -> str:
    """Draw what became of messages by channel and family."""
    figure, axis = plt.subplots(figsize=(9, 4), layout="constrained")
    bars = [(family, channel) for family in frames for channel in ("phone", "speaker", "dashboard")]
    mixes = [mix(frames[f].filter(pl.col("offered") & (pl.col("channel") == c) & ~pl.col("asleep"))) for f, c in bars]
    base = np.zeros(len(bars))
    names = (
        "accepted",
        "later",
        "not_now",
        "wrong",
        "never",
        "undone",
        "done_by_hand",
        "resolved",
        "expired",
        "unseen",
    )
    for name, colour in zip(names, plt.get_cmap("tab10").colors, strict=True):
        share = np.array([found.get(name, 0.0) for found in mixes])
        axis.barh(range(len(bars)), share, left=base, color=colour, label=name)
        base += share
    axis.set_yticks(range(len(bars)), [f"{family} {channel}" for family, channel in bars])
    axis.invert_yaxis()
    axis.set_xlabel("share of messages to somebody awake, exploring policy")
    figure.legend(loc="outside right upper", fontsize=8)
    return _save(figure, folder, "outcomes.png")


def delays(frames: dict[str, pl.DataFrame], folder: Path) -> str:
    """Draw how long answers on the phone take."""
    figure, axis = plt.subplots(figsize=(6, 3.6), layout="constrained")
    for family, frame in frames.items():
        sent = phone(frame).filter(pl.col("outcome").is_in(["accepted", "later", "not_now", "wrong", "never"]))
        found = np.sort(sent["delay_min"].to_numpy())
        axis.plot(found, np.linspace(0, 1, len(found)), label=family)
    axis.axvline(6.15, **_SOURCE, label="median view time, Pielot 2014")
    axis.set_xscale("log")
    axis.set_xlim(0.1, 1000)
    axis.set_xlabel("minutes until an answer on the phone")
    axis.set_ylabel("share")
    axis.legend(fontsize=8)
    return _save(figure, folder, "delays.png")


def rates(lives: dict[str, Lives], folder: Path) -> str:
    """Draw how often each kind comes up."""
    figure, axis = plt.subplots(figsize=(8, 7), layout="constrained")
    kinds = sorted(lives["A"].weekly, key=lambda kind: lives["A"].weekly[kind])
    for shift, (family, found) in enumerate(lives.items()):
        places = np.arange(len(kinds)) + 0.4 * shift
        axis.barh(places, [found.weekly[kind] for kind in kinds], height=0.38, label=family)
    axis.set_yticks(np.arange(len(kinds)) + 0.2, kinds, fontsize=8)
    axis.set_xlabel("situations a week in a home that can have them")
    axis.legend()
    return _save(figure, folder, "rates.png")


def leanings(lives: Lives, folder: Path) -> str:
    """Draw how preferences correlate with traits."""
    figure, axis = plt.subplots(figsize=(7, 6), layout="constrained")
    found = correlations(lives)
    image = axis.imshow(found, vmin=-0.6, vmax=0.6, cmap="RdBu_r")
    axis.set_xticks(range(len(TRAITS)), list(TRAITS), rotation=40, ha="right")
    axis.set_yticks(range(len(DIMENSIONS)), list(DIMENSIONS))
    for (row, column), value in np.ndenumerate(found):
        axis.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=7)
    figure.colorbar(image, label="correlation")
    return _save(figure, folder, "leanings.png")


def costs(measured: list[Cost], folder: Path) -> str:
    """Draw the cost per persona by size."""
    figure, axis = plt.subplots(figsize=(6, 3.6), layout="constrained")
    for days in sorted({cost.days for cost in measured}):
        found = [(c.personas, c.cpu_seconds / c.personas) for c in measured if c.days == days and c.workers == 1]
        axis.plot(*zip(*found, strict=True), "o-", label=f"{days} days")
    axis.set_xscale("log")
    axis.set_ylim(bottom=0)
    axis.set_xlabel("personas")
    axis.set_ylabel("CPU seconds per persona")
    axis.legend()
    return _save(figure, folder, "costs.png")
