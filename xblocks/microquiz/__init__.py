"""The micro-quiz: a few questions, close to the work, safe to get wrong."""
