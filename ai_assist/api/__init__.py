from ninja import Router

from ai_assist.api import suggestions, trust

routers: list[Router] = [suggestions.router, trust.router]
