"""An independent judge of derivations: it shares no code with the kernel."""
