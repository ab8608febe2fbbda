"""Train the population network: weights, steering bases and persona latents together, in JAX."""
