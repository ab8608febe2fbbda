"""Groups of commands that several files share, such as `lab evaluate …`."""

import typer


def group(app: typer.Typer, name: str, text: str) -> typer.Typer:
    """Return the group of a name, made on first use."""
    for found in app.registered_groups:
        if found.name == name and found.typer_instance is not None:
            return found.typer_instance
    made = typer.Typer(help=text, no_args_is_help=True)
    made.callback()(lambda: None)
    app.add_typer(made, name=name)
    return made
