"""Choose the engine that serves, and say why."""

import logging
from pathlib import Path
from typing import Final, Literal, NamedTuple

from .engine import Engine, EngineError, Floats, Prior, Tokens
from .llama_engine import LlamaEngine
from .model_files import check_call, load_model
from .numpy_engine import NumpyEngine

_LOGGER = logging.getLogger(__name__)

type Choice = Literal["auto", "numpy", "llama"]

CHOICES: Final[tuple[Choice, ...]] = ("auto", "numpy", "llama")


class Loaded(NamedTuple):
    """An engine that serves, and the reason why it is this one."""

    engine: Engine
    reason: str


class GuardedEngine:
    """llama.cpp while its worker is well, numpy otherwise: the same numbers, without a gap."""

    def __init__(self, llama: LlamaEngine, spare: NumpyEngine) -> None:
        """Serve through llama, with a spare of the same model."""
        self._llama = llama
        self._spare = spare

    @property
    def name(self) -> str:
        """Return the engine that serves at present."""
        return self._spare.name if self._llama.fault else self._llama.name

    @property
    def reason(self) -> str:
        """Return why this engine serves at present, in one line."""
        return self._llama.fault or "llama.cpp runs and passed its self-test"

    @property
    def model_id(self) -> str:
        """Return the identity of weights, basis and vocabulary together."""
        return self._spare.model_id

    @property
    def prior(self) -> Prior:
        """Return the population prior that belongs to the weights."""
        return self._spare.prior

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Judge n suggestions at one moment under b steering vectors; see `Engine.logits`."""
        check_call(prefix, suffixes, z, len(self.prior.mean))
        # A learning step asks under k + 1 vectors. llama.cpp has to read the moment anew for each, numpy shares
        # what does not depend on the vector: ten times quicker, with the same numbers.
        if len(z) > 1:
            return self._spare.logits(prefix, suffixes, z)
        try:
            return self._llama.logits(prefix, suffixes, z)
        except EngineError:
            return self._spare.logits(prefix, suffixes, z)

    def close(self) -> None:
        """End the worker process; the spare goes on serving."""
        self._llama.close()


def load_engine(choice: Choice = "auto", model_dir: Path | None = None, library: Path | None = None) -> Loaded:
    """Return the engine of a choice, and why.

    `auto` takes llama.cpp when it starts and passes its self-test, else numpy. `library` is a folder that holds
    llama_cpp, tried before what is installed. Blocks for up to half a minute: call it in an executor.
    Raises ModelFileError when the model files are unusable, EngineError when `llama` was asked for and cannot serve.
    """
    if choice not in CHOICES:
        raise EngineError(f"there is no engine {choice!r}")
    model = load_model(model_dir)
    spare = NumpyEngine(model)
    if choice == "numpy":
        return Loaded(spare, "numpy was chosen")
    try:
        llama = LlamaEngine(model, spare, library=library)
    except EngineError as error:
        if choice == "llama":
            raise
        _LOGGER.info("numpy judges, because llama.cpp does not: %s", error)
        return Loaded(spare, str(error))
    if choice == "llama":
        return Loaded(llama, "llama was chosen")
    guarded = GuardedEngine(llama, spare)
    return Loaded(guarded, guarded.reason)
