"""Addresses of the desk: pages by noun, verbs as sub-resources. The portal has its own list."""

from django.urls import include, path

from desk.views import (
    conversation,
    dispatching,
    history,
    promises,
    properties,
    public_form,
    queue,
    relations,
    request_form,
    search,
    sla_settings,
    ticket,
    ticket_new,
)
from desk.views import next as next_ticket

app_name = "desk"
urlpatterns = [
    path("tickets", queue.page, name="ticket_list"),
    path("tickets/filters", queue.filters, name="ticket_filters"),
    path("tickets/count", queue.count, name="ticket_count"),
    path("tickets/new", ticket_new.new, name="ticket_new"),
    path("tickets/new/general", ticket_new.general, name="ticket_new_general"),
    path("tickets/new/validate", ticket_new.validate, name="ticket_new_validate"),
    path("tickets/new/<str:key>", request_form.start, {"desk": True}, name="ticket_form"),
    path("tickets/new/<str:key>/anew", request_form.anew, {"desk": True}, name="ticket_form_anew"),
    path("tickets/new/<str:key>/discard", request_form.discard, {"desk": True}, name="ticket_form_discard"),
    path("tickets/new/<str:key>/<str:page>", request_form.page, {"desk": True}, name="ticket_form_page"),
    path("tickets/new/<str:key>/<str:page>/fields", request_form.fields, {"desk": True}, name="ticket_form_fields"),
    path(
        "tickets/new/<str:key>/<str:page>/validate", request_form.validate, {"desk": True}, name="ticket_form_validate"
    ),
    path("work/next", next_ticket.take, name="take_next"),
    path("reports", promises.reports, name="reports"),
    path("reports/promises", promises.report, name="promise_report"),
    path("reports/promises.csv", promises.report_csv, name="promise_report_csv"),
    path("settings/sla", sla_settings.policy_list, name="settings_sla"),
    path("settings/sla/new", sla_settings.policy, name="sla_new"),
    path("settings/sla/<int:pk>", sla_settings.policy, name="settings_sla_policy"),
    path("settings/sla/<int:pk>/place", sla_settings.move, name="sla_move"),
    path("settings/sla/<int:pk>/removal", sla_settings.remove, name="sla_remove"),
    path("settings/dispatching", dispatching.policies, name="settings_dispatching"),
    path("search", search.page, name="search"),
    path("search/quick", search.quick, name="search_quick"),
    path("people/search", queue.people, name="people_search"),
    path("tickets/<str:number>", ticket.page, name="ticket"),
    path("tickets/<str:number>/due", promises.due, name="ticket_due"),
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
        for name in ("status", "assignment", "priority", "department", "subject", "tags")
    ),
    path("request/<str:key>", public_form.page, name="public_form"),
    path("request/<str:key>/fields", public_form.fields, name="public_form_fields"),
    path("", include("desk.portal_urls")),
]
