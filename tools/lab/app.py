"""Build the command line from the files in `commands/`."""

import importlib
import pkgutil
import sys

import typer
from rich.console import Console
from rich.markup import escape

from tools.errors import LabError

from . import commands


def build() -> typer.Typer:
    """Return the command line with every command that has a file."""
    app = typer.Typer(
        name="lab",
        help="The population lab of Proactive Assistant. No persona is a person.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    # Without a callback typer would turn a lone command into the program itself.
    app.callback()(lambda: None)
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda item: item.name):
        importlib.import_module(f"{commands.__name__}.{module.name}").register(app)
    return app


def main() -> None:
    """Run the command line; a lab error ends it with its message and status 1."""
    try:
        build()()
    except LabError as error:
        Console(stderr=True).print(f"[bold red]error[/] {escape(str(error))}", highlight=False)
        sys.exit(1)
