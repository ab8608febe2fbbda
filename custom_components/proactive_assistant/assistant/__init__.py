"""Moment and Suggestion to Decision, Outcome to steering. Imports nothing of Home Assistant."""
