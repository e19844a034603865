"""People, departments, roles, API tokens. Knows nothing of tickets."""
