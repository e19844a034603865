"""The desk: tickets, their conversation, history and rights."""
