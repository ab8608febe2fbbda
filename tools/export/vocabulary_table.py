"""The vocabulary as a page, generated from the code that defines it."""

from collections.abc import Iterable, Iterator

from assistant.vocabulary import (
    FIELDS,
    FIRST_OUTPUT,
    FIRST_OUTPUT_TOKEN,
    FIRST_TOKEN,
    JUDGE_TOKEN,
    NOT_KNOWN,
    OUTPUT_GROUPS,
    PREFIX_LENGTH,
    STEERING_GROUPS,
    SUFFIX_LENGTH,
    VOCABULARY_ID,
    VOCABULARY_SIZE,
    Field,
    OutputGroup,
)

_SHOWN = 12
"""Values named in full; longer lists show their ends."""

_HEAD = f"""# The vocabulary

<!-- Written by `python -m tools.lab vocabulary`; do not edit. -->

What the model reads and says. A judgement is {PREFIX_LENGTH} tokens for the moment, then {SUFFIX_LENGTH} for the
suggestion, the last of which asks for the judgement. Every field owns a range of tokens that begins with
`{NOT_KNOWN}`, so a fact that is missing, or newer than the model, has a token too. Fields of the same meaning share a
range.

The layout is part of the model's identity: `{VOCABULARY_ID}`, {VOCABULARY_SIZE} tokens. A model trained on another
layout is refused.
"""


def _values(values: tuple[str, ...]) -> str:
    shown = values if len(values) <= _SHOWN else (*values[:4], "…", *values[-2:])
    return " ".join("…" if value == "…" else f"`{value}`" for value in shown)


def _field(position: int, field: Field) -> str:
    first = FIRST_TOKEN[field.name]
    return f"| {position} | {field.name} | {first} | {first + len(field.values)} | {_values(field.values)} |"


def _output(group: OutputGroup) -> str:
    first = FIRST_OUTPUT_TOKEN + FIRST_OUTPUT[group.name]
    by = ", ".join(name for name, moved in STEERING_GROUPS.items() if group.name in moved)
    return f"| {group.name} | {first} | {first + len(group.values) - 1} | {_values(group.values)} | {by} |"


def _lines() -> Iterator[str]:
    yield _HEAD
    for title, fields, start in (
        ("Moment", FIELDS[:PREFIX_LENGTH], 1),
        ("Suggestion", FIELDS[PREFIX_LENGTH:], PREFIX_LENGTH + 1),
    ):
        yield f"## {title}\n"
        yield "| position | field | first token (not known) | last token | values |\n|---|---|---|---|---|"
        yield from (_field(place, field) for place, field in enumerate(fields, start))
        yield ""
    yield f"Position {PREFIX_LENGTH + SUFFIX_LENGTH} is the judge token, {JUDGE_TOKEN}.\n"
    yield "## Answers\n"
    yield "Tokens of a group share one softmax at the last position.\n"
    yield "| group | first token | last token | values | moved by the dimension |\n|---|---|---|---|---|"
    yield from map(_output, OUTPUT_GROUPS)


def page() -> str:
    """Return the whole page in Markdown."""
    lines: Iterable[str] = _lines()
    return "\n".join(lines) + "\n"
