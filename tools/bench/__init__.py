"""How long the assistant takes and how much memory it needs."""
