"""Instances to check claims on."""
