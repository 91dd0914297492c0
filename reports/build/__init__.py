"""The report: the checks are run, and what they found is set as HTML, PDF and LaTeX."""

__all__ = ["command"]
