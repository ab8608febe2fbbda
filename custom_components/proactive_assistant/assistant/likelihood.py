"""What a reply says about content, moment and noticing: the factorised likelihood.

Three hidden facts make a reply: c (content wanted), t (good moment), n (noticed). An instrument lists, for
each reply it can observe, the probability of that reply in every one of the eight states. With p the prior
probabilities and q the posterior ones, the gradient of the log-likelihood with respect to the logits of
(c, t, n) is q - p (Fisher's identity), and its expected outer product over replies is the Fisher
information. Source: learning evidence, 3.3.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from .engine import Floats
from .enums import Reply, Verdict, WrongPart
from .results import Decision, Outcome
from .settings import LATER_SHARE, NOISE

STATES: Final = np.array(list(product((0, 1), repeat=3)), dtype=np.float64)
"""The eight states of (content, moment, noticed), shape (8, 3)."""

IGNORED: Final = 0.15
"""Share of noticed but unwelcome messages that get no reply at all (judgement)."""

PUT_OFF: Final = 0.05
"""Share of welcome messages that are turned down all the same: for their wording, or what they offer to do."""

SETTLED: Final = 0.05
"""Share of welcome messages that get no reply because the matter was settled first (both judgements).

Without these two, every such answer was held against content and moment. On 48 validation people over 28 days a share
put off of 0.1 took the log-loss from 0.4603 to 0.4585 and its calibration error from 0.025 to 0.013; half of it keeps
more of what is learned of people who answer by taste alone.
"""

BY_HAND: Final = 0.3
"""Weight of "done by hand, so it was wanted". What people left undone teaches nothing, so at 0.7 the assistant grew
talkative, and without it too quiet: on 48 validation people log-loss 0.4603 at 0.2, 0.4588 at 0.4, 0.4646 at none."""


@dataclass(frozen=True, eq=False)
class Instrument:
    """A way to observe the hidden facts."""

    table: Floats
    """P(reply | state), shape (replies, 8); columns sum to 1."""

    def read(self, p: Floats, observed: int) -> tuple[Floats, Floats, float, float]:
        """Return gradient (3,), Fisher information (3, 3), log-loss and its expectation, in nats.

        p has shape (3,): the probabilities of content, moment and noticed.
        """
        prior = np.prod(np.where(STATES > 0, p, 1 - p), axis=1)
        joint = self.table * prior
        evidence = joint.sum(axis=1)
        posterior = joint / np.maximum(evidence, 1e-12)[:, None]
        gradients = posterior @ STATES - p
        information = np.einsum("r,ri,rj->ij", evidence, gradients, gradients)
        surprisal = -np.log(np.maximum(evidence, 1e-12))
        expected = float(evidence @ surprisal)
        return gradients[observed], information, float(surprisal[observed]), expected


def _reply_table() -> Floats:
    """Rows: accepted, later, not now, nothing."""
    rows = np.zeros((4, 8))
    for column, (content, moment, seen) in enumerate(STATES):
        if not seen:
            rows[3, column] = 1.0
            continue
        if content and moment:
            answer = np.array([1.0 - PUT_OFF, 0.0, PUT_OFF])
        elif content:
            answer = np.array([0.0, LATER_SHARE, 1.0 - LATER_SHARE])
        else:
            answer = np.array([0.0, 0.0, 1.0])
        answer = (1 - NOISE) * answer + NOISE / 3
        silent = SETTLED if content and moment else IGNORED
        rows[:3, column] = (1 - silent) * answer
        rows[3, column] = silent
    return rows


def _direct_table(fact: int) -> Floats:
    """Rows: no, yes, about one fact."""
    yes = np.where(STATES[:, fact] > 0, 1 - NOISE, NOISE)
    return np.stack([1 - yes, yes])


REPLY: Final = Instrument(_reply_table())
CONTENT: Final = Instrument(_direct_table(0))
MOMENT: Final = Instrument(_direct_table(1))


def accepted(welcome: Floats, noticed: Floats) -> Floats:
    """Return P(a message is accepted) from P(wanted and well timed) and P(noticed), each 0 to 1.

    Less than their product: the reply table knows of welcome messages that are turned down, settled, or mistaken.
    """
    yes, mistaken = REPLY.table[0, -1], REPLY.table[0, 1]
    return np.asarray(noticed * (welcome * yes + (1 - welcome) * mistaken))


def agreed(welcome: Floats) -> Floats:
    """Return P(an answer is a yes) from P(wanted and well timed), 0 to 1: given that there is one at all."""
    silent, ignored = REPLY.table[3, -1], REPLY.table[3, 1]
    answered = welcome * (1 - silent) + (1 - welcome) * (1 - ignored)
    return np.asarray(accepted(welcome, np.ones(())) / answered)


NO: Final = 0
YES: Final = 1

type Reading = tuple[Instrument, int, float]
"""An instrument, what it showed, and the weight of that evidence."""

_SPOKEN: Final[dict[Reply, tuple[Reading, ...]]] = {
    Reply.ACCEPTED: ((REPLY, 0, 1.0),),
    Reply.LATER: ((REPLY, 1, 1.0),),
    Reply.NOT_NOW: ((REPLY, 2, 1.0),),
    # No answer is almost no evidence of what is wanted, for the phone may lie face down (learning evidence 3.3); the
    # table says so itself. Of noticing it is as much evidence as an answer: counted less, every answer raises
    # P(noticed) a little more than silence lowers it, and after fifty it stood at 0.77 where 0.69 was true.
    Reply.UNSEEN: ((REPLY, 3, 1.0),),
    Reply.EXPIRED: ((REPLY, 3, 1.0),),
    Reply.NEVER: ((CONTENT, NO, 2.0),),
    # Done by hand after a message: wanted; whether the message came well remains open.
    Reply.DONE_BY_HAND: ((CONTENT, YES, BY_HAND),),
}

# Told after the act: no answer was asked for, so none says nothing, and an undoing is about the level.
_ACTED: Final[dict[Reply, tuple[Reading, ...]]] = {
    Reply.ACCEPTED: ((CONTENT, YES, 1.0),),
    Reply.NOT_NOW: ((REPLY, 2, 1.0),),
    Reply.NEVER: ((CONTENT, NO, 2.0),),
}

_SILENT: Final[dict[Reply, tuple[Reading, ...]]] = {
    # Silence, and the person did it themselves, or found it on the dashboard and accepted: a missed need.
    Reply.DONE_BY_HAND: ((CONTENT, YES, BY_HAND), (MOMENT, YES, BY_HAND / 4)),
    Reply.ACCEPTED: ((CONTENT, YES, 0.7), (MOMENT, YES, 0.3)),
    # Answers to what the dashboard shows as held back; nobody was interrupted, so they say nothing of the moment.
    Reply.LATER: ((CONTENT, YES, 0.7),),
    Reply.NEVER: ((CONTENT, NO, 2.0),),
}

_BY_VERDICT: Final = {Verdict.SPEAK: _SPOKEN, Verdict.ACT: _ACTED}

_WRONG: Final[dict[WrongPart, tuple[Reading, ...]]] = {
    WrongPart.CONTENT: ((CONTENT, NO, 1.5),),
    WrongPart.TIME: ((MOMENT, NO, 1.5),),
    WrongPart.TOO_OFTEN: ((MOMENT, NO, 1.5),),
    # A wrong guess about who is home is the sensing's fault, not a preference.
    WrongPart.PRESENCE: (),
    WrongPart.AUTONOMY: (),
}


def readings(decision: Decision, outcome: Outcome) -> tuple[Reading, ...]:
    """Return the evidence in an outcome; empty when it says nothing of preferences."""
    if outcome.reply is Reply.WRONG:
        return ((REPLY, 2, 1.0),) if outcome.part is None else _WRONG[outcome.part]
    return _BY_VERDICT.get(decision.verdict, _SILENT).get(outcome.reply, ())
