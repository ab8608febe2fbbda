"""Learning curves as a picture."""

from collections.abc import Iterable
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

_HIDDEN = ("stage", "step", "seconds", "train", "validation")


def draw_curves(curve: Iterable[dict[str, float]], path: Path) -> None:
    """Draw the validation loss of every factor, and of their sum, over the steps."""
    points = list(curve)
    steps = list(range(1, len(points) + 1))
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    left.plot(steps, [point["train"] for point in points], label="training (with steering and prior)", alpha=0.6)
    left.plot(steps, [point["validation"] for point in points], label="validation personas, z = 0")
    left.set(xlabel="look at the validation personas", ylabel="nats per decision", title="Sum over the nine factors")
    left.legend()
    for name in points[0]:
        if name not in _HIDDEN:
            right.plot(steps, [point[name] for point in points], label=name)
    right.set(xlabel="look at the validation personas", ylabel="nats", title="By factor, validation personas, z = 0")
    right.legend(fontsize="small")
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
