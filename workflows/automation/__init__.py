"""Automation rules: what they read, when they begin, what they do, and how they run. Pages and REST stand above."""
