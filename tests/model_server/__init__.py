"""A language model on loopback that does what the test tells it, and keeps every prompt."""

from tests.model_server.server import ModelServer

__all__ = ["ModelServer"]
