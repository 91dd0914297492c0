"""The verdicts of a run of the checks as a small JSON, for programs that gather those of many."""
