"""The engine: pure functions from (definition, state, event) to (state, effects). No database, no clock, no network."""
