"""Write the files that ship: population.gguf, steering.npz, and the tables generated from code."""
