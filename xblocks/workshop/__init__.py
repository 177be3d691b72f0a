"""Blended courses: a workshop with sessions to choose from, what to prepare for it, and who was there."""
