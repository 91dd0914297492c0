"""Certificates in closed form: the exponential bound and the five points."""
