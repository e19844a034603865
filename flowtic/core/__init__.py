"""Ground that every app stands on: actors, policy, commands, events and the outbox. Imports none of the apps."""
