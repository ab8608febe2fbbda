"""Whether what reaches people can be trusted: kills, attacks and undos, counted."""
