"""What can go wrong, said in one line."""


class DemoError(Exception):
    """The demo cannot go on; the text says why and what to do."""
