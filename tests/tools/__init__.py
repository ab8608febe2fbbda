"""Tests of the population lab."""

import tools  # noqa: F401 - makes `assistant` importable
