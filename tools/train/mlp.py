"""The transformer's honest opponent: two hidden layers over summed embeddings, with the same steering."""

import equinox as eqx
import jax
import jax.numpy as jnp

from assistant.vocabulary import OUTPUT_COUNT, VOCABULARY_SIZE

from .network import LENGTH, Shape

type Array = jax.Array


class Mlp(eqx.Module):
    """Summed embeddings, two hidden layers, one shift by z before each activation."""

    embedding: Array
    first: Array
    second: Array
    output: Array
    basis: Array
    """Shape (2, k, width)."""
    shape: Shape = eqx.field(static=True)

    def __call__(self, tokens: Array, z: Array) -> Array:
        """Return logits (rows, OUTPUT_COUNT) for tokens (rows, LENGTH) and z (rows, k)."""
        rows = jnp.arange(tokens.shape[0])[:, None]
        counts = jnp.zeros((tokens.shape[0], VOCABULARY_SIZE)).at[rows, tokens].add(1.0)
        state = jax.nn.silu(counts @ self.embedding + self.first + z @ self.basis[0])
        state = jax.nn.silu(state @ self.second.T + z @ self.basis[1])
        return state @ self.output.T

    def bag(self, tokens: Array, z: Array) -> Array:
        """Return the same: this model is a bag of tokens in every stage."""
        return self(tokens, z)


def new_mlp(shape: Shape, key: Array) -> Mlp:
    """Return a random network of the shape's width, whose steering basis is zero."""
    one, two, three = jax.random.split(key, 3)
    width = shape.width
    return Mlp(
        embedding=jax.random.normal(one, (VOCABULARY_SIZE, width)) * LENGTH**-0.5,
        first=jnp.zeros(width),
        second=jax.random.normal(two, (width, width)) * width**-0.5,
        output=jax.random.normal(three, (OUTPUT_COUNT, width)) * 0.2 * width**-0.5,
        basis=jnp.zeros((2, shape.k, width)),
        shape=shape,
    )
