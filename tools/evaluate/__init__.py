"""Measure the model on people it has never met, against honest opponents."""
