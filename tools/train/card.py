"""The model card that ships beside the weights."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assistant.model_files import STEERING_FILE, WEIGHTS_FILE
from assistant.vocabulary import VOCABULARY_ID
from tools.errors import StorageError
from tools.results import Record, write_text

CARD_FILE: Final = "model_card.md"


_WHAT: Final = """# Model card: the population network

<!-- Written by `lab train` and `lab evaluate cold-start`; do not edit. -->

A decoder transformer of llama architecture with a vocabulary of its own (no text). For one moment and one suggestion
it judges whether the content is wanted, the moment good, a message noticed on each channel, which autonomy is
tolerated, and which style is liked. Steering bases shift its residual stream toward one person.
"""

_LIMITS: Final = """## Limits

- It has seen simulated people only. What real people want is learned on the device, from their answers.
- It knows roles and coarse facts: no names, no text, no sensor values beyond the fields of the vocabulary.
- A kind it was not trained on is judged by category, risk, urgency and benefit alone.
- It never decides safety: rules outside it do.
"""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known about a training run."""

    summary: dict[str, Any]
    data: Path


def _manifest(folder: Path) -> str:
    """Return what the simulation says about itself."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StorageError(f"{folder}/manifest.json cannot be read: {error}") from error
    return ", ".join(f"{key} {value}" for key, value in manifest.items() if isinstance(value, str | int | float))


def _files(folder: Path) -> list[str]:
    lines = ["| file | bytes | sha256 |", "|---|---|---|"]
    for name in (WEIGHTS_FILE, STEERING_FILE):
        data = (folder / name).read_bytes()
        lines.append(f"| `{name}` | {len(data):,} | `{hashlib.sha256(data).hexdigest()}` |")
    return lines


def _size(run: dict[str, Any]) -> list[str]:
    shape = run["shape"]
    size = f"{shape['layers']} layers of width {shape['width']}, {shape['heads']} heads, feed-forward {shape['hidden']}"
    return [
        f"Vocabulary `{VOCABULARY_ID}`. {run['parameters']:,} parameters: {size}; {shape['k']} steering coefficients.",
    ]


def _training(facts: Facts) -> list[str]:
    run = facts.summary
    stages = ", ".join(
        f"{stage['name']} {stage['steps']} steps of {stage['batch']} rows" for stage in run["plan"]["stages"]
    )
    others = run["validation_personas"]
    chosen = "chose the stopping point and the temperatures"
    loss = f"best validation loss {run['best_validation']:.4f} nats for the nine factors together"
    lines = [
        f"Simulated interactions ({_manifest(facts.data)}). No persona is a person; nothing was measured on people.",
        f"{run['rows']:,} rated rows of {run['personas']} training personas; {others} others {chosen}.",
        "Test personas were not touched, and households never straddle the splits.",
        "Targets are the simulated ratings with their noise, never the simulator's truth.",
        f"Seed {run['plan']['seed']}; stages: {stages}; {run['seconds']:,.0f} s on {run['device']}; {loss}.",
        f"Command: `{run['command']}`",
    ]
    return [f"- {line}" for line in lines]


def _population(run: dict[str, Any]) -> list[str]:
    effects = ", ".join(f"{name} {value:.2f}" for name, value in run["random_effect_sd"].items())
    scale = ", ".join(f"{name} {value:.2f}" for name, value in run["temperatures"].items())
    return [
        f"- Random effects left once z is known (SD, logits): {effects}.",
        f"- Share of a person's distance to the population that is left after a day: {run['drift']:.4f}.",
        f"- Temperatures: {scale}.",
    ]


def metric_lines(records: list[Record]) -> list[str]:
    """Return a table of measured claims; a missed threshold stays in."""
    lines = ["| claim | family | value | 95 % interval | threshold | met |", "|---|---|---|---|---|---|"]
    for record in records:
        interval = "" if record.low is None else f"{record.low:.3f} to {record.high:.3f}"
        met = {None: "", True: "yes", False: "**no**"}[record.passed]
        lines.append(
            f"| {record.claim} | {record.family} | {record.value:.3f} {record.unit} | {interval} "
            f"| {record.threshold or ''} | {met} |"
        )
    return lines


def read_facts(model: Path, data: Path) -> Facts:
    """Return the facts of a model that `lab train` wrote; raises StorageError when they are missing."""
    try:
        return Facts(summary=json.loads((model / "training.json").read_text(encoding="utf-8")), data=data)
    except (OSError, ValueError) as error:
        raise StorageError(f"{model}/training.json cannot be read: {error}") from error


def headline(records: list[Record]) -> list[Record]:
    """Return the records a card shows: what was held against a threshold, and our own figures."""
    return [record for record in records if record.passed is not None or record.claim.startswith("model: ")]


def write_card(folder: Path, facts: Facts, metrics: list[Record] | None = None) -> None:
    """Write the card of the model in a folder; raises StorageError when a source of it is missing."""
    run = facts.summary
    measured = (
        metric_lines(metrics) if metrics else ["Not measured yet: run `python -m tools.lab evaluate cold-start`."]
    )
    lines = [_WHAT, "## Files\n", *_files(folder), "", *_size(run), "", "## Data and training\n", *_training(facts)]
    lines += ["", "## Population\n", *_population(run), ""]
    lines += ["## Metrics on test personas, no feedback used\n", *measured, "", _LIMITS]
    write_text(folder / CARD_FILE, "\n".join(lines))
