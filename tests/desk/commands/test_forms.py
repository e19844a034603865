"""Versions of forms, drafts, templates; tickets that come of a form through every door."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from desk import schedule
from desk.commands import (
    change_fields,
    create_ticket,
    discard_draft,
    publish_form,
    save_configuration,
    save_draft,
    save_template,
    submit_form,
)
from desk.models import FormDraft, FormVersion, RequestType, TicketFieldValue, TicketTemplate
from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.models import Event
from tests.desk.form_schemas import PURCHASE

FIELDS = {"item": "Mouse", "amount": "9"}


@pytest.fixture
def purchase(as_web, ada, it):
    values = {"key": "purchase", "name_de": "Einkauf", "name_en": "Purchase", "department": it}
    return save_configuration(as_web(ada), RequestType(), **values, schema=PURCHASE)


def test_each_publication_is_a_version_of_its_own(as_web, ada, purchase):
    first = purchase.live_version
    changed = {"pages": PURCHASE["pages"][:1]}
    second = publish_form(as_web(ada), purchase, schema=changed, note="Shorter")
    purchase.refresh_from_db()
    assert (first.number, second.number, second.note, second.author) == (1, 2, "Shorter", ada)
    assert (purchase.live_version, purchase.schema) == (second, changed)
    assert FormVersion.objects.get(number=1).schema == PURCHASE
    event = Event.objects.filter(name="form.published").latest("pk")
    assert event.changes == [{"field": "version", "old": 1, "new": 2}]


def test_the_same_form_again_is_no_new_version(as_web, ada, purchase):
    assert publish_form(as_web(ada), purchase, schema=PURCHASE, note="again") == purchase.live_version
    assert FormVersion.objects.count() == 1


def test_a_broken_form_is_refused_with_paths(as_web, ada, purchase):
    with pytest.raises(Invalid) as error:
        publish_form(as_web(ada), purchase, schema={"fields": [{"key": "x", "kind": "magic"}]}, note="")
    assert error.value.extra["problems"] == [
        {"path": "fields.0.kind", "message": "The kind of the field x is unknown."}
    ]
    purchase.refresh_from_db()
    assert purchase.schema == PURCHASE


def test_only_admins_publish(as_web, lea, alan, rita, purchase):
    for person in (lea, alan, rita):
        with pytest.raises(Forbidden):
            publish_form(as_web(person), purchase, schema={"fields": []}, note="")


def test_a_ticket_keeps_the_version_it_was_filled_with(as_web, ada, rita, alan, purchase):
    ticket = create_ticket(as_web(rita), subject="x", description="y", request_type=purchase, fields=FIELDS)
    publish_form(as_web(ada), purchase, schema={"fields": [{"key": "colour", "required": True}]}, note="")
    ticket = type(ticket).objects.get(pk=ticket.pk)
    assert ticket.form_version.number == 1
    change_fields(as_web(alan), ticket, fields={"item": "Keyboard"})
    ticket.refresh_from_db()
    assert ticket.fields["item"] == "Keyboard"
    with pytest.raises(Invalid):
        change_fields(as_web(alan), ticket, fields={"colour": "red"})


@pytest.mark.parametrize("door", ["as_web", "as_api"])
def test_the_form_is_the_same_for_every_door(door, request, rita, purchase):
    actor = request.getfixturevalue(door)(rita)
    for fields, wrong in (
        ({**FIELDS, "amount": "900"}, "reason"),
        ({**FIELDS, "reason": "because"}, "reason"),
        ({**FIELDS, "cost_centre": "1"}, "cost_centre"),
        ({**FIELDS, "colour": "red"}, "colour"),
    ):
        with pytest.raises(Invalid) as error:
            create_ticket(actor, subject="x", description="y", request_type=purchase, fields=fields)
        assert set(error.value.fields) == {f"fields.{wrong}"}
    assert (
        create_ticket(actor, subject="", description="", request_type=purchase, fields=FIELDS).fields["item"] == "Mouse"
    )


def test_a_change_drops_what_it_hides_and_refuses_what_it_smuggles(as_web, rita, alan, purchase):
    fields = {"item": "Server", "amount": "900", "reason": "It broke"}
    ticket = create_ticket(as_web(rita), subject="x", description="y", request_type=purchase, fields=fields)
    with pytest.raises(Invalid):
        change_fields(as_web(alan), ticket, fields={"amount": "9", "reason": "still"})
    change_fields(as_web(alan), ticket, fields={"amount": "9"})
    ticket.refresh_from_db()
    assert "reason" not in ticket.fields
    assert not TicketFieldValue.objects.filter(ticket=ticket, key="reason").exists()


def test_fields_may_set_properties_of_the_ticket(as_web, ada, rita, hr, it):
    schema = {
        "pages": [
            {
                "key": "a",
                "fields": [
                    {"key": "what", "maps_to": "subject"},
                    {"key": "story", "kind": "long_text", "maps_to": "description"},
                    {"key": "how", "kind": "choice", "choices": ["low", "urgent"], "maps_to": "priority"},
                    {"key": "where", "kind": "department", "maps_to": "department"},
                    {"key": "when", "kind": "date", "maps_to": "due_at"},
                ],
            }
        ]
    }
    kind = save_configuration(
        as_web(ada), RequestType(), key="x", name_de="X", name_en="X", department=it, schema=schema
    )
    fields = {"what": "Chair", "story": "Broken", "how": "urgent", "where": "hr", "when": "2027-01-31"}
    ticket = create_ticket(as_web(rita), subject="", description="", request_type=kind, fields=fields)
    assert (ticket.subject, ticket.description, ticket.priority.key, ticket.department) == (
        "Chair",
        "Broken",
        "urgent",
        hr,
    )
    assert timezone.localtime(ticket.due_at).date().isoformat() == "2027-01-31"
    bare = create_ticket(as_web(rita), subject="", description="", request_type=kind, fields={})
    assert (bare.subject, bare.department, bare.priority.key) == ("X", it, "normal")


def test_the_searchable_copy_is_typed(as_web, rita, lea, purchase):
    fields = {**FIELDS, "express": True, "until": "2027-02-01", "boss": lea.email}
    ticket = create_ticket(as_web(rita), subject="x", description="y", request_type=purchase, fields=fields)
    rows = {row.key: row for row in TicketFieldValue.objects.filter(ticket=ticket)}
    assert (rows["amount"].number, rows["amount"].text) == (9, "eur")
    assert rows["until"].date.isoformat() == "2027-02-01T00:00:00+00:00"
    assert (rows["item"].text, rows["express"].text, rows["boss"].number) == ("mouse", "true", lea.pk)


def test_a_draft_is_kept_sent_and_gone(as_web, rita, purchase):
    actor = as_web(rita)
    files = {"offers": [SimpleUploadedFile("a.txt", b"one")]}
    save_draft(actor, purchase, page="what", values={**FIELDS, "junk": 1}, files=files, dropped=())
    draft = save_draft(actor, purchase, page="why", values={"express": True}, files={}, dropped=())
    assert draft.values == {**FIELDS, "express": True}
    with pytest.raises(Invalid):
        submit_form(actor, purchase, values=draft.values, requester=rita, insider=False, source="")
    assert FormDraft.objects.exists(), "a refusal keeps the draft"
    values = {**draft.values, "express": False, "reason": "hidden by the amount"}
    ticket = submit_form(actor, purchase, values=values, requester=rita, insider=False, source="")
    assert "reason" not in ticket.fields
    assert ticket.fields["offers"] == [ticket.attachments.get().key]
    assert not FormDraft.objects.exists()


def test_drafts_are_ones_own_and_do_not_last(as_web, rita, otto, purchase):
    save_draft(as_web(rita), purchase, page="", values=FIELDS, files={}, dropped=())
    discard_draft(as_web(otto), purchase)
    assert schedule.forget_old_drafts() == 0
    FormDraft.objects.update(updated_at=timezone.now() - timedelta(days=31))
    assert schedule.forget_old_drafts() == 1
    assert not FormDraft.objects.exists()


def test_templates_belong_to_departments(as_web, ada, lea, alan, it, hr):
    values = {"key": "vpn", "name_de": "VPN", "name_en": "VPN", "subject": "VPN", "tags": ["Net "]}
    for person, department in ((alan, it), (lea, hr), (lea, None)):
        with pytest.raises(Forbidden):
            save_template(as_web(person), TicketTemplate(), **values, department=department)
    template = save_template(as_web(lea), TicketTemplate(), **values, department=it)
    assert template.tags == ["net"]
    assert Event.objects.filter(name="ticket_template.saved", actor=lea).count() == 1
    with pytest.raises(Forbidden):
        save_template(as_web(lea), template, department=hr)
    with pytest.raises(Invalid):
        save_template(as_web(ada), TicketTemplate(), **values)
    with pytest.raises(Invalid):
        save_template(as_web(ada), template, fields={"unknown": 1})


def test_a_type_that_nobody_used_can_be_removed(as_web, ada, rita, purchase):
    from desk.commands import remove_configuration

    ticket = create_ticket(as_web(rita), subject="x", description="y", request_type=purchase, fields=FIELDS)
    with pytest.raises(Conflict):
        remove_configuration(as_web(ada), purchase)
    other = save_configuration(
        as_web(ada), RequestType(), key="other", name_de="x", name_en="x", schema={"fields": [{"key": "a"}]}
    )
    remove_configuration(as_web(ada), other)
    assert not FormVersion.objects.filter(request_type__key="other").exists()
    assert ticket.form_version_id
