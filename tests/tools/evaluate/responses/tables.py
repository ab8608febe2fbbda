"""Made-up tables of answers in the manner of public ones: words for everything, and few answers a person."""

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np

KINDS = ("Coffee House", "Bar", "Restaurant(<20)", "Take away", "Museum")
TIMES = ("7AM", "10AM", "2PM", "6PM", "10PM")
WEATHER = ("Sunny", "Rainy", "Snowy")
COMPANY = ("Alone", "Friend(s)", "Kid(s)", "Partner")
EXPIRY = ("2h", "1d")

MAPPING: dict[str, Any] = {
    "name": "coupons",
    "person": "driver",
    "target": "welcome",
    "answer": {"column": "Y", "map": {"1": "accepted", "0": "not_now"}},
    "moment": {
        "hour": "time",
        "activity": {"value": "leaving"},
        "weather": {"column": "weather", "map": {"sunny": "clear", "rainy": "wet", "snowy": "snow"}},
        "company": {
            "column": "passenger",
            "map": {"Alone": "alone", "Kid(s)": "children"},
            "default": "guests",
        },
    },
    "suggestion": {
        "kind": "coupon",
        "category": {"value": "other"},
        "urgency": {"column": "expiration", "map": {"2h": "high", "1d": "low"}},
        "expiry": "expiration",
    },
}


def rows(people: int, answers: int, *, seed: int = 0, learnable: bool = True) -> list[dict[str, str]]:
    """Return rows of persons with tastes by kind and hour and a general willingness, or of coin tosses."""
    rng = np.random.default_rng(seed)
    found = []
    for person in range(people):
        general, taste = rng.normal(0.3, 1.2), rng.normal(0, 1.5, len(KINDS))
        hours = rng.normal(0, 0.8, len(TIMES))
        for _ in range(answers):
            kind, hour = int(rng.integers(len(KINDS))), int(rng.integers(len(TIMES)))
            expiry, company = int(rng.integers(2)), int(rng.integers(len(COMPANY)))
            logit = general + taste[kind] + hours[hour] + (0.5 if expiry else -0.5) + (0.6 if company == 1 else 0.0)
            yes = rng.random() < (1 / (1 + math.exp(-logit)) if learnable else 0.4)
            found.append(
                {
                    "driver": f"d{person}",
                    "coupon": KINDS[kind],
                    "time": TIMES[hour],
                    "weather": WEATHER[int(rng.integers(len(WEATHER)))],
                    "passenger": COMPANY[company],
                    "expiration": EXPIRY[expiry],
                    "Y": str(int(yes)),
                }
            )
    return found


def write(path: Path, table: list[dict[str, str]]) -> Path:
    """Write rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    return path
