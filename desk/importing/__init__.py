"""Tickets from files of other systems: read, mapped, checked row by row, written in batches."""
