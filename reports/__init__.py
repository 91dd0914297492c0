"""The report: what the checks found, typeset as HTML, PDF and LaTeX.

``python -m reports.build`` runs the checks, reads the evidence they leave behind and sets it. Nothing in the
report is typed by hand: a level, a count or a margin comes from the evidence or it is not shown.
"""

__all__ = ["build", "command"]
