"""Trying out what is not live yet: past runs as recordings, a sandbox with a clock of its own, comparisons.

Everything here is pure but `reading` and `samples`; nothing here writes.
"""
