"""Who gets the work: free choice of a pool, people by name, in turn, by load or by skill, and why."""

from desk.dispatching.hooks import is_skipped, skip_if

__all__ = ["is_skipped", "skip_if"]
