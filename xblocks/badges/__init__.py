"""Badges: effort, persistence and mastery, shown in a credential that belongs to the learner."""
