"""Nudges: what was learned comes back at the right moment, as often as the learner wants."""
