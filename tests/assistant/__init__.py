"""Tests of the assistant, which is imported by its own name, as the tools do it."""

import tools  # noqa: F401 - makes `assistant` importable
