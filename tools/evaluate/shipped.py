"""The model that ships, laid out for batches of rows from many moments."""

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from assistant.engine import Prior
from assistant.model_files import Model
from assistant.vocabulary import FIRST_OUTPUT, FIRST_OUTPUT_TOKEN, OUTPUT_COUNT, OUTPUT_GROUPS
from tools.train.loop import cold_logits
from tools.train.network import Block, Network, Shape

from .policies import Judged


def network_of(model: Model) -> Network:
    """Return the network of a model's files, the steering basis included."""
    weights = model.weights
    first = weights.layers[0]
    fields = ("attention_norm", "query", "key", "value", "attention_output", "feed_forward_norm", "gate", "up", "down")
    return Network(
        embedding=jnp.asarray(weights.embedding),
        blocks=tuple(Block(**{name: jnp.asarray(getattr(layer, name)) for name in fields}) for layer in weights.layers),
        output_norm=jnp.asarray(weights.output_norm),
        output=jnp.asarray(weights.output[FIRST_OUTPUT_TOKEN : FIRST_OUTPUT_TOKEN + OUTPUT_COUNT]),
        basis=jnp.asarray(model.steering.basis),
        shape=Shape(
            width=weights.width,
            layers=len(weights.layers),
            heads=weights.heads,
            hidden=len(first.gate),
            k=model.steering.dimensions,
            epsilon=weights.epsilon,
            rope_base=weights.rope_base,
        ),
    )


def probabilities(logits: NDArray[np.floating], temperatures: dict[str, float] | None = None) -> NDArray[np.float64]:
    """Return every output group's softmax at its temperature, in the order of the logits."""
    parts = []
    for group in OUTPUT_GROUPS:
        part = logits[:, FIRST_OUTPUT[group.name] :][:, : len(group.values)].astype(np.float64)
        part = part / (temperatures or {}).get(group.name, 1.0)
        part = np.exp(part - part.max(axis=1, keepdims=True))
        parts.append(part / part.sum(axis=1, keepdims=True))
    return np.concatenate(parts, axis=1)


def judge_cold(network: object, tokens: NDArray[np.int32], prior: Prior | None = None, *, bag: bool = False) -> Judged:
    """Return what a network says of rows without knowing the person; `bag` is quicker for one that is a bag still."""
    logits = cold_logits(network, tokens, bag=bag)
    return Judged(probabilities=probabilities(logits, prior.temperatures if prior else None))
