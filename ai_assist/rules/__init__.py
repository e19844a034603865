"""Guesses from rules and words alone, for a desk that has no history yet."""
