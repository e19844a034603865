"""Addresses of the assistant: its share of the ticket page, its settings, and what language models add."""

from django.urls import URLPattern, URLResolver, include, path

from ai_assist import llm_urls
from ai_assist.views import design, learned, panel, suggestions, trust

app_name = "ai"

urlpatterns: list[URLPattern | URLResolver] = [
    path("tickets/<str:number>/assistant", panel.panel, name="panel"),
    path("tickets/<str:number>/assistant/strip", panel.strip, name="strip"),
    path("tickets/<str:number>/assistant/classification", panel.classification, name="classification"),
    path("tickets/<str:number>/assistant/related", panel.related, name="related"),
    path("tickets/<str:number>/assistant/articles", panel.articles, name="articles"),
    path("tickets/<str:number>/assistant/articles/<int:pk>/use", panel.use, name="use"),
    path("tickets/<str:number>/suggestions/<str:key>/acceptance", suggestions.accept, name="accept"),
    path("tickets/<str:number>/suggestions/<str:key>/dismissal", suggestions.dismiss, name="dismiss"),
    path("tickets/<str:number>/suggestions/<str:key>/undoing", suggestions.take_back, name="take_back"),
    path("tickets/<str:number>/suggestions/<str:key>/rating", suggestions.rate, name="rate"),
    path("suggestions/<str:key>/why", panel.why, name="why"),
    path("workflows/describe", design.describe, name="describe"),
    path("workflows/designs/<str:key>", design.waiting, name="design"),
    path("settings/assistant", trust.page, name="trust"),
    path("settings/assistant/trust/<str:field>", trust.save, name="trust_save"),
    path("settings/assistant/learned", learned.page, name="learned"),
    path("settings/assistant/learned/training", learned.start, name="train"),
    path("settings/assistant/learned/evaluation", learned.evaluate, name="evaluate"),
    path("", include(llm_urls.urlpatterns)),
]
