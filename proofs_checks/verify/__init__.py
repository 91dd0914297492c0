"""An independent checker of certificates: the standard library alone, no import from the rest."""
