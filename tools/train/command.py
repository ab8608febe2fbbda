"""Turn the options of `lab train` into a request, the smoke run among them."""

import os
from dataclasses import dataclass
from pathlib import Path

# Spinning threads of two processes on the same cores cost more than they gain; must be set before JAX loads.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from tools.errors import ArgumentError
from tools.simulate.batch import Job
from tools.simulate.batch import run as simulate

from .calibrate import Budget
from .loop import plan_of
from .network import Shape
from .run import Request, train

_SMOKE_PERSONAS = 40  # the fewest that leave one for validation at this seed
_SMOKE_DAYS = 3


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was typed."""

    data: Path | None
    out: Path
    shape: dict[str, int]
    plan: dict[str, int]
    personas: int | None
    precision: str
    smoke: bool
    command: str


def _simulated(folder: Path) -> Path:
    """Simulate the smoke run's population unless it is there."""
    simulate(Job(out=folder, personas=_SMOKE_PERSONAS, days=_SMOKE_DAYS, family="A", seed=1))
    return folder


def run(options: Options) -> None:
    """Train as asked; raises ArgumentError when the options do not fit together."""
    if options.precision not in ("f16", "f32"):
        raise ArgumentError(f"precision is f16 or f32, not {options.precision!r}")
    if options.shape["width"] % (2 * options.shape["heads"]):
        raise ArgumentError("width must be a multiple of twice the heads")
    if options.shape["layers"] < 2:
        raise ArgumentError("layer 0 cannot be steered, so at least 2 layers are needed")
    shape, plan, budget = Shape(**options.shape), plan_of(**options.plan), Budget()
    data = options.data
    if options.smoke:
        data = data or _simulated(options.out / "population")
        shape = Shape(width=16, layers=3, heads=2, hidden=24, k=4)
        plan = plan_of(network=30, joint=40, attention=10, batch=128, seed=plan.seed)
        budget = Budget(latents=4, drift=2)
    if data is None:
        raise ArgumentError("say where the simulated rows are with --data, or try --smoke")
    train(
        Request(
            data=data,
            out=options.out,
            shape=shape,
            plan=plan,
            precision="f16" if options.precision == "f16" else "f32",
            personas=options.personas,
            budget=budget,
            command=options.command,
        )
    )
