"""These tests need the lab's group, which a contributor to the integration need not install."""

import importlib.util

collect_ignore_glob = [] if importlib.util.find_spec("sklearn") else ["responses", "claims"]
