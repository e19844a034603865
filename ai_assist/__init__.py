"""Help for the agent, never for the requester: from rules, from the desk's own history, from a language model."""
