"""`lab train`: from simulated rows to the files that ship."""

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from assistant.gguf_file import read_gguf
from assistant.model_files import STEERING_FILE, WEIGHTS_FILE
from tools.errors import ArgumentError
from tools.export.gguf_writer import Precision, write_gguf
from tools.export.steering_writer import write_steering
from tools.results import write_text

from .calibrate import Budget, prior_of
from .card import Facts, write_card
from .checkpoint import Progress
from .curves import draw_curves
from .data import Rows, load_rows
from .loop import Plan, Stage, Trainer
from .network import Network, Shape, new_network, parameter_count
from .steering_layout import SIZES
from .worth import worth_of_knowing


@dataclass(frozen=True, kw_only=True)
class Request:
    """What `lab train` was asked for."""

    data: Path
    out: Path
    shape: Shape
    plan: Plan
    precision: Precision = "f32"
    personas: int | None = None
    budget: Budget = field(default_factory=Budget)
    command: str = ""


def _bar(console: Console) -> Bar:
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} steps"),
        TextColumn("{task.fields[rate]} rows/s · train {task.fields[train]} · validation {task.fields[validation]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def fit(request: Request, train: Rows, validation: Rows, console: Console) -> tuple[Network, Progress]:
    """Train one network, with a progress bar; goes on from the checkpoints in `out`."""
    with _bar(console) as bar:
        tasks = {
            stage.name: bar.add_task(stage.name, total=stage.steps, rate="-", train="-", validation="-")
            for stage in request.plan.stages
        }

        def report(stage: Stage, progress: Progress, loss: float) -> None:
            last = progress.curve[-1]
            seconds = progress.seconds - progress.before
            fields: dict[str, Any] = {
                "rate": f"{progress.step * stage.batch / max(seconds, 1e-9):,.0f}",
                "train": f"{loss:.4f}",
                "validation": f"{last['validation']:.4f}",
            }
            bar.update(tasks[stage.name], completed=progress.step, **fields)
            if not console.is_terminal:
                left = (stage.steps - progress.step) * seconds / max(progress.step, 1)
                text = " ".join(f"{name} {value}" for name, value in fields.items())
                console.print(f"{stage.name} {progress.step}/{stage.steps} {text} left {left:,.0f} s", highlight=False)

        trainer = Trainer(request.plan, train, validation, request.out / "checkpoints", report)
        trained, progress = trainer.run(new_network(request.shape, jax.random.key(request.plan.seed)))
    return trained.network, progress


def train(request: Request, console: Console | None = None) -> dict[str, Any]:
    """Train, calibrate and write the model; returns the summary that is also written as JSON.

    Raises ArgumentError for a k without a layout and StorageError when data or checkpoints are unusable.
    """
    console = console or Console()
    if request.shape.k not in SIZES or not request.shape.k:
        raise ArgumentError(f"k must be one of {', '.join(str(size) for size in SIZES[1:])}")
    started = time.monotonic()
    rows = load_rows(request.data, "train", request.personas)
    validation = load_rows(request.data, "validation")
    console.print(
        f"{len(rows):,} rows of {len(rows.personas)} personas; "
        f"{len(validation):,} of {len(validation.personas)} to validate; device {jax.devices()[0].platform}"
    )
    network, progress = fit(request, rows, validation, console)
    console.print("calibrating")
    prior = prior_of(network, rows, validation, request.budget)
    worth = worth_of_knowing(
        network, validation.of_personas(min(request.budget.latents, len(validation.personas))), prior
    )
    request.out.mkdir(parents=True, exist_ok=True)
    write_gguf(network, request.out / WEIGHTS_FILE, request.precision)
    sha256 = read_gguf(request.out / WEIGHTS_FILE).sha256
    write_steering(request.out / STEERING_FILE, basis=network.basis, prior=prior, gguf_sha256=sha256)
    summary = {
        "command": request.command,
        "parameters": parameter_count(network),
        "shape": vars(request.shape),
        "plan": asdict(request.plan),
        "rows": len(rows),
        "personas": len(rows.personas),
        "validation_personas": len(validation.personas),
        "best_validation": progress.best,
        "seconds": round(time.monotonic() - started, 1),
        "device": jax.devices()[0].platform,
        "temperatures": prior.temperatures,
        "random_effect_sd": prior.random_effect_sd,
        "drift": prior.drift,
        "prior_variance": prior.covariance.diagonal().round(4).tolist(),
        "second_half_loss": worth,
        "curve": list(progress.curve),
    }
    write_text(request.out / "training.json", json.dumps(summary, indent=1) + "\n")
    draw_curves(progress.curve, request.out / "training.png")
    write_card(request.out, Facts(summary=summary, data=request.data))
    eqx.tree_serialise_leaves(request.out / "network.eqx", network)
    console.print(f"wrote {request.out / WEIGHTS_FILE} ({parameter_count(network):,} parameters)")
    return summary
