"""What survives a restart: residents' states, the ledger, habits."""
