"""Figures at one step size after another: the frames behind a slider of the page."""
