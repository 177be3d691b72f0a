"""Badges that are worth something: earned by effort on small units, signed, and verifiable anywhere."""
