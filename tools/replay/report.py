"""The report of a replay: a page with pictures, its numbers as JSON, and the account itself."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from jinja2 import Environment
from rich.console import Console
from rich.table import Table

from tools.results import Record, write_records, write_text

from . import figures
from .figures import Account
from .metrics import Metrics, records_of

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>A replay</title>
<style>
 body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
 table { border-collapse: collapse; font-size: 13px } td, th { border: 1px solid #ccc; padding: .2rem .5rem }
 td.n { text-align: right } .no { background: #fdd } .yes { background: #dfd } img { max-width: 100% }
</style>
<h1>A replay of {{ names | join(", ") }}</h1>
<p>Made by <code>{{ command }}</code>, {{ "{:,.0f}".format(speed) }} × real time. No persona is a person, and nobody
here is a user: every figure describes a simulated or recorded household.</p>
{% for caption, name in pictures %}<h2>{{ caption }}</h2><img src="{{ name }}" alt="{{ caption }}">
{% endfor %}
<h2>Every figure</h2>
<table><tr><th>figure<th>value<th>unit<th>target<th>met</tr>
{% for r in records %}<tr class="{{ '' if r.passed is none else ('yes' if r.passed else 'no') }}"><td>{{ r.claim }}
<td class="n">{{ r.value }}<td>{{ r.unit }}<td>{{ r.threshold or '' }}
<td>{{ '' if r.passed is none else ('yes' if r.passed else 'no') }}</tr>
{% endfor %}</table></html>
"""


def write_report(
    folder: Path,
    accounts: Sequence[Account],
    found: Metrics,
    start: datetime,
    command: str,
    console: Console,
    speed: float,
) -> list[Record]:
    """Write report.html, report.json and account.jsonl into a folder, show the metrics and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    records = records_of(found, command)
    records.append(Record(claim="speed over real time", value=round(speed, 1), unit="times", command=command))
    pictures = [
        ("Messages, acceptance, annoyance and misses by day", figures.by_day(found, folder)),
        ("How good a moment was thought to be, and was", figures.receptivity(accounts, start, folder)),
        ("Decisions, and why it stayed silent", figures.decisions(accounts, folder)),
        ("Latency", figures.latency(found, folder)),
    ]
    page = Environment(autoescape=True).from_string(_PAGE)
    names = [name for name, _ in accounts]
    text = page.render(names=names, command=command, speed=speed, pictures=pictures, records=records)
    write_text(folder / "report.html", text + "\n")
    write_records(folder / "report.json", records)
    lines = [json.dumps({"who": name, **line}, ensure_ascii=False) for name, found_ in accounts for line in found_]
    write_text(folder / "account.jsonl", "\n".join(lines) + "\n")
    _show(records, console)
    console.print(f"written to {folder / 'report.html'}", highlight=False)
    return records


def _show(records: Sequence[Record], console: Console) -> None:
    table = Table("figure", "value", "unit", "target", "met")
    for record in records:
        if record.claim.startswith(("outcome", "held back")):
            continue
        met = "" if record.passed is None else "yes" if record.passed else "[bold red]no[/]"
        table.add_row(record.claim, f"{record.value:g}", record.unit, record.threshold or "", met)
    console.print(table)
