"""The population lab: personas, simulation, training, evaluation and their reports.

The lab uses the integration's own `assistant` package, so what is measured is what ships. That package imports
nothing of Home Assistant, and this is the one place that makes it importable by its own name.
"""

import sys
from pathlib import Path

INTEGRATION = Path(__file__).resolve().parents[1] / "custom_components" / "proactive_assistant"

# At the end: platforms of the integration are called `select` or `number`, as modules of Python's are.
if str(INTEGRATION) not in sys.path:
    sys.path.append(str(INTEGRATION))
