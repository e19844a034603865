"""Workflows: versioned steps that a ticket runs through."""
