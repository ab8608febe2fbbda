"""What every test of the lab needs."""

import importlib.util

# Training and its tests need the lab's group, which a contributor to the integration need not install.
collect_ignore_glob = [] if importlib.util.find_spec("jax") else ["test_train*", "test_evaluate*", "test_bench*"]
