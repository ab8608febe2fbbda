"""The fifteen claims on pages: figures by learner and cut as tables, verdicts by claim, and pictures."""

from collections.abc import Iterator, Sequence
from typing import Final

from tools.results import Record

TITLES: Final = {
    1: "Cold start beats untuned",
    2: "Cold start beats speaking on every trigger",
    3: "Steering is as good as training the network for every person",
    4: "Gain after few answers",
    5: "Satisfaction over the sessions",
    6: "As often as a person wishes",
    7: "Dimensions stay separate",
    8: "Later and silence are used for what they say",
    9: "Robust to missing and wrong answers",
    10: "Follows a change of taste",
    11: "Never worse",
    12: "Autonomy is safe",
    13: "Transfers to another kind of simulated people",
    14: "Costs little on the device",
    15: "Calibrated",
}
"""Claims of learning evidence 4; 1 and 2 are answered by the cold start's own records."""

FIGURES: Final = (
    "timing F1",
    "timing F1, careful prices",
    "AUC of need",
    "satisfaction",
    "log-loss",
    "ECE",
    "regret",
    "messages a day",
    "TAI*",
)
_ABLATION: Final = "ablation · "
_LOOP: Final = "closed loop · "
_CUTS: Final = (
    "all",
    "feedbacks 0",
    "feedbacks 1–9",
    "feedbacks 10–19",
    "feedbacks 20–49",
    "feedbacks 50–80",
    "days 1–3",
    "days 4–7",
    "days 8–14",
    "days 15–28",
    "feedbacks 20 and more",
)
_COLD: Final = {
    1: ("timing F1: model less untuned network", "timing F1: model less tuned rules"),
    2: (
        "timing F1: model less direct response",
        "model: false alarms, share of messages, ratio to direct response",
        "model: false alarms a day, ratio to direct response",
        "model: satisfaction less direct response's",
        "model, careful: false alarms a day, ratio to direct response",
        "model, careful: false alarms, share of messages, ratio to direct response",
        "model, careful: satisfaction less direct response's",
    ),
}
"""Records of the cold start that answer the first two claims."""


def number_of(record: Record) -> int | None:
    """Return the number of the claim a record answers; None for one that only describes."""
    first, _, rest = record.claim.partition(" · ")
    return int(first) if rest and first.isdigit() else None


def number(value: float | None) -> str:
    """Return a number as people read it."""
    if value is None:
        return ""
    if value == int(value) and abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"


def parts(record: Record) -> tuple[str, str, str] | None:
    """Return figure, learner and cut of a record that describes one learner; None for any other."""
    for figure in sorted(FIGURES, key=len, reverse=True):
        for cut in _CUTS:
            start, end = f"{figure}, ", f", {cut}"
            if record.claim.startswith(start) and record.claim.endswith(end):
                name = record.claim[len(start) : -len(end)]
                longer = any(f"{figure}, {name}".startswith(f"{other}, ") for other in FIGURES if other != figure)
                if " less " not in name and not (longer and len(figure) < len("timing F1, careful")):
                    return figure, name, cut
    return None


def matrix(records: Sequence[Record], figure: str, family: str) -> Iterator[str]:
    """Yield one figure of every learner by cut as a Markdown table; nothing where there is none."""
    found: dict[tuple[str, str], Record] = {}
    for record in (item for item in records if item.family == family):
        described = parts(record)
        if described is not None and described[0] == figure:
            found[described[1:]] = record
    if not found:
        return
    cuts = [cut for cut in _CUTS if any(key[1] == cut for key in found)]
    yield f"**{figure}**, family {family}\n"
    yield "| learner | " + " | ".join(cuts) + " |\n|---|" + "---|" * len(cuts)
    for name in dict.fromkeys(key[0] for key in found):
        cells = [found.get((name, cut)) for cut in cuts]
        yield f"| {name} | " + " | ".join("" if cell is None else number(cell.value) for cell in cells) + " |"
    yield ""


def row(record: Record) -> str:
    """Return a record as a row of a Markdown table."""
    interval = "" if record.low is None else f"{number(record.low)} to {number(record.high)}"
    met = {None: "", True: "yes", False: "**no**"}[record.passed]
    value = f"{number(record.value)} {record.unit}".strip()
    return f"| {record.claim} | {record.family} | {value} | {interval} | {record.threshold or ''} | {met} |"


_HEADER: Final = "| claim | family | value | interval | threshold | met |\n|---|---|---|---|---|---|"


def _rows(title: str, records: Sequence[Record]) -> Iterator[str]:
    if records:
        yield f"### {title}\n"
        yield _HEADER
        yield from map(row, records)
        yield ""


def section(records: Sequence[Record]) -> Iterator[str]:
    """Yield the claims' part of the results page: matrices of figures, then verdicts claim by claim."""
    plain = [record for record in records if number_of(record) is None and parts(record) is None]
    plain_figures = [record for record in plain if not record.claim.startswith((_ABLATION, _LOOP))]
    told = [record for record in plain_figures if " less " not in record.claim]
    leads = [record for record in plain_figures if " less " in record.claim]
    yield from _rows("Who was measured", told)
    yield "### Learners by answers given before, and by day\n"
    for figure in FIGURES:
        for family in dict.fromkeys(record.family for record in records if record.family):
            yield from matrix(records, figure, family)
    yield from _rows("Steering's lead over everybody, all looks", leads)
    for claim, title in TITLES.items():
        yield from _rows(f"Claim {claim}: {title}", [record for record in records if number_of(record) == claim])
    yield from _rows("The product in closed loop", [item for item in plain if item.claim.startswith(_LOOP)])
    yield from _rows("One thing changed at a time", [item for item in plain if item.claim.startswith(_ABLATION)])


def summary(claims: Sequence[Record], cold: Sequence[Record]) -> str:
    """Return the claims with how many of their thresholds were met, as a Markdown table."""
    lines = ["| | claim | thresholds met | family A | family B |", "|---|---|---|---|---|"]
    for claim, title in TITLES.items():
        texts = _COLD.get(claim, ())
        found = [item for item in cold if item.claim in texts] if texts else claims
        held = [item for item in found if item.passed is not None and (texts or number_of(item) == claim)]
        sides = [held, [item for item in held if item.family != "B"], [item for item in held if item.family == "B"]]
        cells = [f"{sum(bool(item.passed) for item in side)} of {len(side)}" if side else "" for side in sides]
        lines.append(f"| {claim} | {title} | {' | '.join(cells)} |")
    return "\n".join(lines)
