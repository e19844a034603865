"""Addresses of what language models write, and of their settings; part of ai_assist.urls."""

from django.urls import path

from ai_assist.views import answer, article, calls, reply, rewrite, summary
from ai_assist.views import settings as admin

TICKET, PLACE = "tickets/<str:number>/assistant", "settings/assistant/models"

urlpatterns = [
    path(f"{TICKET}/reply", reply.reply, name="reply"),
    path(f"{TICKET}/reply/<str:key>/insertion", reply.insert, name="insert"),
    path(f"{TICKET}/summary", summary.summary, name="summary"),
    path(f"{TICKET}/rewriting", rewrite.rewrite, name="rewrite"),
    path(f"{TICKET}/rewriting/<str:key>", rewrite.rewritten, name="rewritten"),
    path(f"{TICKET}/article", article.ask, name="article_ask"),
    path("suggestions/<str:key>/article", article.article, name="article"),
    path("suggestions/<str:key>/answer", answer.answer, name="answer"),
    path("knowledge/ask", answer.ask, name="ask"),
    path(PLACE, admin.providers, name="providers"),
    path(f"{PLACE}/providers/new", admin.provider, name="provider_new"),
    path(f"{PLACE}/providers/<int:pk>", admin.provider, name="provider"),
    path(f"{PLACE}/providers/<int:pk>/test", admin.test, name="provider_test"),
    path(f"{PLACE}/providers/<int:pk>/removal", admin.remove, name="provider_remove"),
    path(f"{PLACE}/features", admin.features, name="features"),
    path(f"{PLACE}/features/<str:feature>", admin.feature, name="feature"),
    path(f"{PLACE}/budget", admin.budget, name="budget"),
    path(f"{PLACE}/masking", admin.masking, name="masking"),
    path(f"{PLACE}/departments", admin.departments, name="departments"),
    path(f"{PLACE}/departments/<int:pk>", admin.department, name="department"),
    path(f"{PLACE}/calls", calls.calls, name="calls"),
    path(f"{PLACE}/calls.csv", calls.export, name="calls_csv"),
    path(f"{PLACE}/calls/<int:pk>", calls.call, name="call"),
]
