"""An independent judge of derivations: every step at exact instances, by expansion, and by a solver. It shares no code with the kernel."""

from theory.falsifier.judge import Refuted, Report, counterexample, falsify, falsify_all

__all__ = ["Refuted", "Report", "counterexample", "falsify", "falsify_all"]
