"""Replay people's real answers, from any table, through the assistant that ships."""
