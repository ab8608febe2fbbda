"""The lab's command line: `python -m tools.lab`."""
