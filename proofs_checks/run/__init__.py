"""How a run of the checks goes: what is selected, on how many cores, what its workers find, and how it ends."""
