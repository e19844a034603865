"""Addresses of the portal and of attachments; part of the namespace `desk`."""

from django.urls import path

from desk.views import attachments, portal, portal_new, portal_ticket

urlpatterns = [
    path("portal", portal.home, name="portal"),
    path("portal/tickets", portal.ticket_list, name="portal_tickets"),
    path("portal/new", portal_new.new_request, name="portal_new"),
    path("portal/new/fields", portal_new.request_fields, name="portal_new_fields"),
    path("portal/tickets/<str:number>", portal_ticket.ticket_page, name="portal_ticket"),
    path("portal/tickets/<str:number>/comments", portal_ticket.reply, name="portal_reply"),
    path("portal/tickets/<str:number>/closure", portal_ticket.close, name="portal_close"),
    path("portal/tickets/<str:number>/reopening", portal_ticket.reopen, name="portal_reopen"),
    path("attachments/<str:key>", attachments.attachment, name="attachment"),
]
