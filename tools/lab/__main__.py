"""Start the lab's command line."""

import sys

try:
    from .app import main
except ModuleNotFoundError as missing:
    # The lab has libraries of its own, which the tests and the demo do without.
    sys.exit(f"{missing.name} is not installed: the lab needs `scripts/setup lab`.")

if __name__ == "__main__":
    main()
