"""What the checks record: levels, the ledger, the file, and the proof assistant."""
