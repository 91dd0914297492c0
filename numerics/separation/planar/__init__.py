"""Finite planar data: the least norm of an interpolating shallow net, exactly, and deeper nets that are stable."""
