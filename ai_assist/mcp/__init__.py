"""The door for AI clients: tools over the same queries and commands as every other door, under a token's rights."""
