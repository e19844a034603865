"""Addresses of the portal and of attachments; part of the namespace `desk`."""

from django.urls import path

from desk.views import attachments, portal, portal_hints, portal_new, portal_ticket, rating, request_form

urlpatterns = [
    path("portal", portal.home, name="portal"),
    path("portal/tickets", portal.ticket_list, name="portal_tickets"),
    path("portal/new", portal_new.new_request, name="portal_new"),
    path("portal/new/general", portal_new.general, name="portal_general"),
    path("portal/new/hints", portal_hints.hints, name="portal_hints"),
    path("portal/new/<str:key>", request_form.start, {"desk": False}, name="portal_form"),
    path("portal/new/<str:key>/anew", request_form.anew, {"desk": False}, name="portal_form_anew"),
    path("portal/new/<str:key>/discard", request_form.discard, {"desk": False}, name="portal_form_discard"),
    path("portal/new/<str:key>/<str:page>", request_form.page, {"desk": False}, name="portal_form_page"),
    path("portal/new/<str:key>/<str:page>/fields", request_form.fields, {"desk": False}, name="portal_form_fields"),
    path(
        "portal/new/<str:key>/<str:page>/validate", request_form.validate, {"desk": False}, name="portal_form_validate"
    ),
    path("portal/tickets/<str:number>", portal_ticket.ticket_page, name="portal_ticket"),
    path("portal/tickets/<str:number>/comments", portal_ticket.reply, name="portal_reply"),
    path("portal/tickets/<str:number>/closure", portal_ticket.close, name="portal_close"),
    path("portal/tickets/<str:number>/reopening", portal_ticket.reopen, name="portal_reopen"),
    path("portal/tickets/<str:number>/rating", rating.rate, name="portal_rating"),
    path("rate/<str:token>", rating.by_link, name="rate"),
    path("attachments/<str:key>", attachments.attachment, name="attachment"),
]
