"""Certificates in closed form whose bound on the stability norm grows exponentially with the dimension."""
