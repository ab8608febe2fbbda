"""Learners compared on the same people, the same opportunities, the same chances and the same feedback."""
