"""How well the integration senses: simulated homes played on a real Home Assistant core, and load on a real core."""
