"""Reflection: a learner writes for themselves first, and decides who else may read it."""
