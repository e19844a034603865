"""Addresses of the desk: pages by noun, verbs as sub-resources. The portal has its own list."""

from django.urls import include, path

from desk.views import conversation, history, properties, queue, relations, ticket

app_name = "desk"
urlpatterns = [
    path("tickets", queue.page, name="ticket_list"),
    path("tickets/filters", queue.filters, name="ticket_filters"),
    path("tickets/count", queue.count, name="ticket_count"),
    path("tickets/new", ticket.new, name="ticket_new"),
    path("tickets/new/fields", ticket.new_fields, name="ticket_new_fields"),
    path("tickets/new/validate", ticket.validate, name="ticket_new_validate"),
    path("people/search", queue.people, name="people_search"),
    path("tickets/<str:number>", ticket.page, name="ticket"),
    path("tickets/<str:number>/history", history.page, name="ticket_history"),
    path("tickets/<str:number>/claim", properties.claim, name="ticket_claim"),
    path("tickets/<str:number>/reopening", properties.reopen, name="ticket_reopening"),
    path("tickets/<str:number>/details", properties.details, name="ticket_details"),
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
        for name in ("status", "assignment", "priority", "department", "subject", "tags", "due")
    ),
    path("", include("desk.portal_urls")),
]
