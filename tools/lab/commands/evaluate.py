"""`lab evaluate`: the claims, on people the model has never met."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the group of evaluations."""
    group = typer.Typer(help="Measure the model on held-out people.", no_args_is_help=True)
    group.callback()(lambda: None)
    group.command("cold-start")(cold_start)
    group.command("ceiling")(ceiling)
    group.command("opponent")(opponent)
    app.add_typer(group, name="evaluate")


def cold_start(
    data: Annotated[Path, typer.Option(help="Folder that `lab simulate` wrote, family A.")],
    other: Annotated[Path | None, typer.Option(help="The same of family B.")] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of the model; the shipped one if left out.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for cold_start.json.")] = Path("docs/results"),
    people: Annotated[int | None, typer.Option(help="The first so many people of each split only.")] = None,
    sample: Annotated[int, typer.Option(help="Rows asked of SmolLM2; 0 leaves it out.")] = 300,
    mlp_steps: Annotated[int, typer.Option(help="Updates of the two-layer opponent; 0 leaves it out.")] = 2500,
    seed: Annotated[int, typer.Option(help="Seed of the opponents.")] = 1,
) -> None:
    """Compare the model without any feedback with rules, tables, other networks and a general language model."""
    from tools.evaluate.cold_start import Request, evaluate

    command = " ".join(["python -m tools.lab", *sys.argv[1:]])
    evaluate(
        Request(
            data=data,
            other=other,
            out=out,
            model=model,
            people=people,
            sample=sample,
            mlp_steps=mlp_steps,
            seed=seed,
            command=command,
        )
    )


def ceiling(
    data: Annotated[Path, typer.Option(help="Folder that `lab simulate` wrote, family A.")],
    model: Annotated[Path | None, typer.Option(help="Folder of the model; the shipped one if left out.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for ceiling.json.")] = Path("docs/results"),
    people: Annotated[int | None, typer.Option(help="The first so many people of each split only.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the trees.")] = 0,
) -> None:
    """Measure how much timing the facts allow at all, by trees that are told the simulator's truth."""
    from tools.evaluate.ceiling import Request, evaluate

    command = " ".join(["python -m tools.lab", *sys.argv[1:]])
    evaluate(Request(data=data, out=out, model=model, people=people, seed=seed, command=command))


def opponent(
    data: Annotated[Path, typer.Option(help="Folder that `lab simulate` wrote, family A.")],
    other: Annotated[Path | None, typer.Option(help="The same of family B.")] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of the model; the shipped one if left out.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for opponent.json.")] = Path("docs/results"),
    work: Annotated[Path, typer.Option(help="Folder for the opponent's checkpoints.")] = Path("runs/opponent"),
    people: Annotated[int | None, typer.Option(help="The first so many people of a split; all if left out.")] = None,
    network: Annotated[int, typer.Option(help="Updates of the opponent's weights alone.")] = 800,
    joint: Annotated[int, typer.Option(help="Updates of its weights, bases and latents together.")] = 3000,
    seed: Annotated[int, typer.Option(help="Seed of the opponent, and of which ratings are heard.")] = 1,
) -> None:
    """Compare the transformer with a two-layer network that is steered alike, cold and as people become known."""
    from tools.evaluate.opponent import Request, evaluate, usual_plan

    command = " ".join(["python -m tools.lab", *sys.argv[1:]])
    evaluate(
        Request(
            data=data,
            other=other,
            out=out,
            work=work,
            model=model,
            people=people,
            plan=usual_plan(network=network, joint=joint, seed=seed),
            seed=seed,
            command=command,
        )
    )
