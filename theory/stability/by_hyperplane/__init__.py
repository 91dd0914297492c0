"""Nets listed by hyperplane, and what their lists say: lemmas of the claims about the stability norm."""
