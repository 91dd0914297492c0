"""Where a rescaling and a dual certificate meet."""
