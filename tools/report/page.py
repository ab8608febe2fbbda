"""The report as a page: HTML of its own, and tables put into docs/population.md between marks."""

from pathlib import Path
from typing import Final

from jinja2 import Environment

from tools.errors import StorageError
from tools.results import Record, write_text
from tools.simulate.kinds import ARISING

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The simulated population</title>
<style>
 body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
 table { border-collapse: collapse; font-size: 13px } td, th { border: 1px solid #ccc; padding: .2rem .5rem }
 td.n { text-align: right } .no { background: #fdd } .yes { background: #dfd } img { max-width: 100% }
</style>
<h1>The simulated population</h1>
<p>Made by <code>{{ command }}</code>. No persona is a person: every figure below describes draws from a program.</p>
{% for caption, name in figures %}<h2>{{ caption }}</h2><img src="{{ name }}" alt="{{ caption }}">
{% endfor %}
<h2>Every figure</h2>
<table><tr><th>claim<th>family<th>value<th>95 % interval<th>unit<th>threshold<th>passed</tr>
{% for r in records %}<tr class="{{ '' if r.passed is none else ('yes' if r.passed else 'no') }}"><td>{{ r.claim }}
<td>{{ r.family }}<td class="n">{{ r.value }}<td>{{ '' if r.low is none else r.low ~ ' to ' ~ r.high }}
<td>{{ r.unit }}<td>{{ r.threshold or '' }}<td>{{ '' if r.passed is none else ('yes' if r.passed else 'no') }}</tr>
{% endfor %}</table></html>
"""


def write_html(path: Path, figures: list[tuple[str, str]], records: list[Record], command: str) -> None:
    """Write the report's own page."""
    page = Environment(autoescape=True).from_string(_PAGE)
    write_text(path, page.render(figures=figures, records=records, command=command) + "\n")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def results_table(records: list[Record]) -> str:
    """Return the claims that have a threshold as a Markdown table."""
    lines = ["| claim | family | value | 95 % interval | threshold | passed |", "|---|---|---|---|---|---|"]
    for record in records:
        if record.threshold is None:
            continue
        interval = (
            "" if record.low is None or record.high is None else f"{_number(record.low)} to {_number(record.high)}"
        )
        value = f"{_number(record.value)} {record.unit}".strip()
        lines.append(
            f"| {record.claim} | {record.family} | {value} | {interval} | {record.threshold} | "
            f"{'yes' if record.passed else '**no**'} |"
        )
    return "\n".join(lines)


def rates_table(records: list[Record]) -> str:
    """Return the kinds' rows beside the rates that came out, as a Markdown table."""
    lines = [
        "| kind | arises from | chance or rate | needs | on purpose | by hand | a week, A | a week, B | basis |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    prefix = "situations a week in a home that can have them: "
    found = {(r.claim.removeprefix(prefix), r.family): r.value for r in records if r.claim.startswith(prefix)}
    for kind, row in ARISING.items():
        came = " | ".join(f"{found.get((kind, family), 0):.2f}" for family in ("A", "B"))
        lines.append(
            f"| `{kind}` | {row.trigger.replace('_', ' ')} | {row.rate:g} | {', '.join(row.needs)} | "
            f"{row.on_purpose:.0%} | {row.by_hand:.0%}, {row.by_hand_minutes:g} min | {came} | {row.basis} |"
        )
    return "\n".join(lines)


def put_between(path: Path, mark: str, text: str) -> None:
    """Replace what stands between a page's `<!-- mark:begin -->` and `<!-- mark:end -->`.

    Raises StorageError when the page or its marks are missing.
    """
    begin, end = f"<!-- {mark}:begin -->", f"<!-- {mark}:end -->"
    try:
        page = path.read_text(encoding="utf-8")
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror or error}") from error
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise StorageError(f"{path} needs the marks {begin} and {end}, once each and in this order")
    before, rest = page.split(begin)
    write_text(path, f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}")
