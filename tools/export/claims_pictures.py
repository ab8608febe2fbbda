"""The pictures of the fifteen claims, from their records alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

from tools.results import Record

from .claims_page import parts

_SHOWN: Final = {
    "steering": ("tab:red", 2.4),
    "population only": ("black", 1.4),
    "steering without random effects": ("tab:orange", 1.2),
    "random effects alone": ("tab:pink", 1.2),
    "Beta table": ("tab:blue", 1.4),
    "Beta table, never told": ("lightsteelblue", 1.4),
    "LinUCB": ("tab:green", 1.2),
    "Thompson logistic": ("tab:olive", 1.2),
    "tuned rules": ("0.55", 1.2),
}
_FEEDBACKS: Final = ("feedbacks 0", "feedbacks 1–9", "feedbacks 10–19", "feedbacks 20–49", "feedbacks 50–80")
_DAYS: Final = ("days 1–3", "days 4–7", "days 8–14", "days 15–28")
_PANELS: Final = {
    "feedback.png": (("timing F1", "AUC of need", "log-loss"), _FEEDBACKS, "answers given before"),
    "days.png": (("timing F1", "satisfaction", "AUC of need"), _DAYS, "day"),
}
CAPTIONS: Final = {
    "feedback.png": "Learners by how many answers were given before; bars are 95 % intervals over people",
    "days.png": "Learners by day",
    "ablations.png": "Late AUC of need when one thing is changed, against steering as it ships",
}


def _save(figure: Any, folder: Path, name: str) -> str:
    """Write a figure without dates or version, so that the same data gives the same file; return its name."""
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / name, dpi=100, metadata={"Software": None})
    plt.close(figure)
    return name


def _lines(records: Sequence[Record], folder: Path, name: str) -> str:
    figures, cuts, label = _PANELS[name]
    families = [family for family in ("A", "B") if any(record.family == family for record in records)]
    found = {(*where, record.family): record for record in records if (where := parts(record)) is not None}
    size = (4.2 * len(figures), 3.4 * len(families))
    figure, axes = plt.subplots(len(families), len(figures), figsize=size, layout="constrained", squeeze=False)
    for line, family in zip(axes, families, strict=True):
        for axis, what in zip(line, figures, strict=True):
            for learner, (colour, width) in _SHOWN.items():
                there = [
                    (x, found[what, learner, cut, family])
                    for x, cut in enumerate(cuts)
                    if (what, learner, cut, family) in found
                ]
                if not there:
                    continue
                places, items = zip(*there, strict=True)
                axis.plot(
                    places,
                    [item.value for item in items],
                    "o-",
                    color=colour,
                    linewidth=width,
                    markersize=3,
                    label=learner,
                )
                if learner == "steering":
                    low = [item.value - (item.low if item.low is not None else item.value) for item in items]
                    high = [(item.high if item.high is not None else item.value) - item.value for item in items]
                    axis.errorbar(
                        places, [item.value for item in items], yerr=[low, high], color=colour, fmt="none", capsize=3
                    )
            axis.set_xticks(range(len(cuts)), [cut.split(" ", 1)[1] for cut in cuts])
            axis.set_title(f"{what}, family {family}", fontsize=10)
            axis.set_xlabel(label, fontsize=8)
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside right upper", fontsize=8)
    return _save(figure, folder, name)


def _ablations(records: Sequence[Record], folder: Path) -> str | None:
    start, end = "ablation · AUC of need, ", " less steering, feedbacks 20 and more"
    found = [record for record in records if record.claim.startswith(start) and record.claim.endswith(end)]
    if not found:
        return None
    found.sort(key=lambda record: record.value)
    figure, axis = plt.subplots(figsize=(7, 0.28 * len(found) + 1.2), layout="constrained")
    places = range(len(found))
    values = [record.value for record in found]
    low = [record.value - (record.low if record.low is not None else record.value) for record in found]
    high = [(record.high if record.high is not None else record.value) - record.value for record in found]
    axis.errorbar(values, places, xerr=[low, high], fmt="o", color="tab:red", markersize=4, capsize=2)
    axis.axvline(0.0, color="black", linewidth=0.8)
    axis.set_yticks(places, [record.claim[len(start) : -len(end)] for record in found], fontsize=8)
    axis.set_xlabel("AUC of need after 20 answers, less that of steering as it ships")
    return _save(figure, folder, "ablations.png")


def draw(records: Sequence[Record], folder: Path) -> list[str]:
    """Draw what the records hold into a folder and return the files' names."""
    found = [_lines(records, folder, name) for name in _PANELS if any(parts(record) for record in records)]
    last = _ablations(records, folder)
    return found + ([last] if last else [])
