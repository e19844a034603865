# TEMPORARY NOTE from the lead to the worker who builds the agents' pages (remove this comment when read):
# as nothing had appeared by 10:05 I wrote desk/{queries.py,ticket_page.py,forms/,urls.py,views/{gate,queue,ticket,
# ticket_parts,properties,conversation,relations}.py} and templates/desk/{queue,ticket}/. They are yours now: build ON them
# (keep the URL names and structure, do not start over), use your people_search for requester/watcher fields, improve
# look, focus rules, conflict panel, tests in tests/desk/views, screenshots. The lead touches them no more after 10:20
# (templates/desk/ticket/* appear until then).
"""Addresses of the desk: pages by noun, verbs as sub-resources. The portal has its own list."""

from django.urls import include, path

from desk.views import conversation, properties, queue, relations, ticket

app_name = "desk"
urlpatterns = [
    path("tickets", queue.page, name="ticket_list"),
    path("tickets/filters", queue.filters, name="ticket_filters"),
    path("tickets/count", queue.count, name="ticket_count"),
    path("tickets/new", ticket.new, name="ticket_new"),
    path("tickets/<str:number>", ticket.page, name="ticket"),
    path("tickets/<str:number>/claim", properties.claim, name="ticket_claim"),
    path("tickets/<str:number>/reopening", properties.reopen, name="ticket_reopening"),
    path("tickets/<str:number>/comments", conversation.write, name="ticket_comment"),
    path("tickets/<str:number>/comments/<int:pk>/split", conversation.split, name="ticket_split"),
    path("tickets/<str:number>/files/<str:key>/removal", conversation.detach, name="ticket_detach"),
    path("tickets/<str:number>/watchers", relations.watch, name="ticket_watch"),
    path("tickets/<str:number>/watchers/<int:pk>/removal", relations.unwatch, name="ticket_unwatch"),
    path("tickets/<str:number>/links", relations.link, name="ticket_link"),
    path("tickets/<str:number>/links/<int:pk>/removal", relations.unlink, name="ticket_unlink"),
    path("tickets/<str:number>/merge", relations.merge, name="ticket_merge"),
    path("tickets/<str:number>/unmerge", relations.unmerge, name="ticket_unmerge"),
    *(
        path(f"tickets/<str:number>/{name}", properties.change, {"name": name}, name=f"ticket_{name}")
        for name in ("status", "assignment", "priority", "department", "kind", "subject", "tags", "due")
    ),
    path("", include("desk.portal_urls")),
]
