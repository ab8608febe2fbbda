"""Days, homes, situations and answers of simulated households, as a batch and in closed loop."""
