"""What an answer can be predicted from without the assistant: other people's rate, the context, one's own rate."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import MaxAbsScaler

from .cases import Person

FOLDS: Final = 5
STRENGTHS: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Pseudo-answers that draw a person's own rate toward the others'; the best on the others is taken."""
_MANY: Final = 12
"""Distinct numbers from which a column counts as a quantity."""
_VALUES: Final = 60
"""Values of a category that get a coefficient of their own, the commonest first."""

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """All people's answers in one row, person by person; shape (answers,) throughout."""

    person: Ints
    """Number of the person, 0 and up."""
    number: Ints
    """How many answers the person had given before."""
    truth: Ints
    """The target, 0 or 1."""
    features: list[dict[str, str | None]]

    @property
    def people(self) -> int:
        """Return how many people there are."""
        return int(self.person.max()) + 1


def answers_of(people: list[Person]) -> Answers:
    """Return the answers of people whose cases all have a truth or none; cases without one are left out."""
    rows = [
        (index, number, case)
        for index, person in enumerate(people)
        for number, case in enumerate(person.cases)
        if case.truth is not None
    ]
    return Answers(
        person=np.array([index for index, _, _ in rows], np.int64),
        number=np.array([number for _, number, _ in rows], np.int64),
        truth=np.array([bool(case.truth) for _, _, case in rows], np.int64),
        features=[case.features for _, _, case in rows],
    )


def folds(answers: Answers, seed: int = 0) -> Ints:
    """Return the fold of every answer; all answers of a person share one. Shape (answers,)."""
    count = min(FOLDS, answers.people)
    shuffled = np.random.default_rng(seed).permutation(answers.people) % count
    return shuffled[answers.person].astype(np.int64)


def _before(answers: Answers) -> tuple[Floats, Floats]:
    """Return the person's earlier positives and answers, each shape (answers,)."""
    first = np.r_[True, answers.person[1:] != answers.person[:-1]]
    start = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))
    positives = np.cumsum(answers.truth) - answers.truth
    return (positives - positives[start]).astype(float), (np.arange(len(first)) - start).astype(float)


def constant(answers: Answers, fold: Ints) -> Floats:
    """Return the rate of the people of the other folds; of a lone person, their own earlier rate."""
    if answers.people == 1:
        positives, count = _before(answers)
        return np.asarray((positives + 1) / (count + 2))
    p = np.zeros(len(fold))
    for here in np.unique(fold):
        others = answers.truth[fold != here]
        p[fold == here] = (others.sum() + 1) / (len(others) + 2)
    return p


def _loss(p: Floats, truth: Ints) -> float:
    return float(-np.log(np.where(truth > 0, p, 1 - p)).mean())


def running_rate(answers: Answers, fold: Ints) -> Floats:
    """Return every person's own earlier rate, drawn toward the others' by as much as served the others best."""
    base = constant(answers, fold)
    positives, count = _before(answers)
    options = np.array([(positives + strength * base) / (count + strength) for strength in STRENGTHS])
    if answers.people == 1:
        return np.asarray(options[STRENGTHS.index(4.0)])
    p = np.zeros(len(fold))
    for here in np.unique(fold):
        others = fold != here
        best = min(range(len(STRENGTHS)), key=lambda i: _loss(options[i][others], answers.truth[others]))
        p[~others] = options[best][~others]
    return p


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _encoded(features: list[dict[str, str | None]]) -> list[dict[str, float]]:
    """Return quantities as centred numbers in standard deviations, and categories as indicators."""
    encoded: list[dict[str, float]] = [{} for _ in features]
    for name in features[0]:
        texts = [row[name] for row in features]
        numbers = [_number(text) for text in texts]
        known = np.array([value for value in numbers if value is not None])
        if len(np.unique(known)) > _MANY and len(known) == sum(text is not None for text in texts):
            middle, spread = known.mean(), max(float(known.std()), 1e-9)
            for row, value in zip(encoded, numbers, strict=True):
                row[name] = 0.0 if value is None else (value - middle) / spread
                row[f"{name}?"] = float(value is None)
            continue
        found, counts = np.unique([text or "" for text in texts], return_counts=True)
        common = set(found[np.argsort(-counts, kind="stable")][:_VALUES])
        for row, text in zip(encoded, texts, strict=True):
            row[f"{name}={text or ''}" if (text or "") in common else f"{name}=other"] = 1.0
    return encoded


def context_only(answers: Answers, fold: Ints) -> Floats | str:
    """Return logistic regression on the context, fitted to the people of the other folds; or why there is none."""
    if answers.people < 2:
        return "one person only: nobody else to fit it to"
    matrix = MaxAbsScaler().fit_transform(DictVectorizer().fit_transform(_encoded(answers.features)))
    p = np.zeros(len(fold))
    for here in np.unique(fold):
        others = fold != here
        if len(np.unique(answers.truth[others])) < 2:
            return "other people's answers are all the same"
        model = LogisticRegression(max_iter=1000).fit(matrix[others], answers.truth[others])
        p[~others] = model.predict_proba(matrix[~others])[:, 1]
    return p
