"""Write `steering.npz` so that the same numbers always give the same bytes."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.engine import Prior
from assistant.steering_file import RANDOM_EFFECTS
from assistant.vocabulary import OUTPUT_GROUPS, VOCABULARY_ID


def write_steering(path: Path, *, basis: NDArray[np.floating], prior: Prior, gguf_sha256: str) -> None:
    """Write the basis (layers - 1, k, width) and the prior that belong to a GGUF file."""
    np.savez(
        path,
        vocabulary_id=np.array(VOCABULARY_ID),
        gguf_sha256=np.array(gguf_sha256),
        basis=np.asarray(basis, np.float32),
        prior_mean=prior.mean,
        prior_covariance=prior.covariance,
        groups=np.array(prior.groups),
        random_effect_sd=np.array([prior.random_effect_sd[name] for name in RANDOM_EFFECTS]),
        temperatures=np.array([prior.temperatures[group.name] for group in OUTPUT_GROUPS]),
        drift=np.array(float(prior.drift)),
    )
