"""The REST API of the knowledge base."""

from ninja import Router

from knowledge.api import articles, categories, files, publishing

routers: list[Router] = [articles.router, publishing.router, files.router, categories.router]

__all__ = ["routers"]
