"""Draw the brand images: a house with something short to say. Run by scripts/brand.

Own drawing; matplotlib (group lab) only rasterises it.
"""

from pathlib import Path
from typing import Final

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, Polygon

OUT: Final = Path(__file__).parents[2] / "custom_components/proactive_assistant/brand"
LIGHT: Final = {"house": "#3F51B5", "bubble": "#FFFFFF", "dot": "#3F51B5", "accent": "#FF9800", "text": "#212121"}
DARK: Final = {"house": "#9FA8DA", "bubble": "#1C1C1C", "dot": "#9FA8DA", "accent": "#FFB74D", "text": "#E1E1E1"}


def house(ax: Axes, colours: dict[str, str], left: float = 0.0) -> None:
    """Draw the mark in a unit square."""
    roof = [(0.04, 0.50), (0.50, 0.93), (0.96, 0.50)]
    ax.add_patch(
        Polygon(
            [(left + x, y) for x, y in roof],
            closed=True,
            fc=colours["house"],
            ec=colours["house"],
            lw=0,
            joinstyle="round",
        )
    )
    ax.add_patch(
        FancyBboxPatch(
            (left + 0.19, 0.12), 0.62, 0.46, boxstyle="round,pad=0,rounding_size=0.07", fc=colours["house"], lw=0
        )
    )
    ax.add_patch(
        FancyBboxPatch(
            (left + 0.28, 0.31), 0.44, 0.25, boxstyle="round,pad=0,rounding_size=0.09", fc=colours["bubble"], lw=0
        )
    )
    tail = [(0.36, 0.34), (0.36, 0.20), (0.50, 0.33)]
    ax.add_patch(Polygon([(left + x, y) for x, y in tail], closed=True, fc=colours["bubble"], lw=0))
    for x, key in ((0.38, "dot"), (0.50, "dot"), (0.62, "accent")):
        ax.add_patch(Circle((left + x, 0.435), 0.042, fc=colours[key], lw=0))


def draw(name: str, colours: dict[str, str], size: int, *, logo: bool = False) -> None:
    """Write one image: an icon of size x size pixels, or a logo of that height."""
    width = 3.1 if logo else 1.0
    figure = plt.figure(figsize=(width * size / 100, size / 100), dpi=100)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_xlim(0, width)
    ax.set_ylim(0, 1)
    ax.axis("off")
    house(ax, colours)
    if logo:
        points = size * 0.72 * 0.36
        style = {"color": colours["text"], "family": "DejaVu Sans", "weight": "bold", "fontsize": points}
        ax.text(1.12, 0.66, "Proactive", va="center", **style)
        ax.text(1.12, 0.28, "Assistant", va="center", **style)
    figure.savefig(OUT / name, transparent=True, metadata={"Software": None})
    plt.close(figure)


def main() -> None:
    """Draw every image that Home Assistant asks for."""
    OUT.mkdir(exist_ok=True)
    for prefix, colours in (("", LIGHT), ("dark_", DARK)):
        draw(f"{prefix}icon.png", colours, 256)
        draw(f"{prefix}icon@2x.png", colours, 512)
        draw(f"{prefix}logo.png", colours, 128, logo=True)
        draw(f"{prefix}logo@2x.png", colours, 256, logo=True)


if __name__ == "__main__":
    main()
