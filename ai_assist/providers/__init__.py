"""Language models behind one small protocol. Only the packages below this one import a vendor's library, and late."""

from ai_assist.providers.base import Answer, Call, Client, ProviderError

__all__ = ["Answer", "Call", "Client", "ProviderError", "client"]


def client() -> Client:
    """What speaks to OpenAI-compatible services; imported here because its library is large."""
    from ai_assist.providers.openai.client import OpenAIClient

    return OpenAIClient()
