"""Files on their way in through the portal: all or nothing, within limits, only one's own."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from desk.commands import add_comment
from desk.models import Attachment
from tests.factories import make_ticket


def test_one_refused_file_refuses_the_whole_message(rita_web, ticket):
    files = [SimpleUploadedFile("good.txt", b"x"), SimpleUploadedFile("bad.exe", b"MZ")]
    answer = rita_web.post(reverse("desk:portal_reply", args=[ticket.number]), {"body": "Both", "files": files})
    assert answer.status_code == 422
    assert (Attachment.objects.count(), ticket.comments.count()) == (0, 0)


def test_size_and_number_have_limits(rita_web, ticket, settings):
    settings.FLOWTIC_MAX_UPLOAD = 10
    url = reverse("desk:portal_reply", args=[ticket.number])
    large = rita_web.post(url, {"body": "Large", "files": SimpleUploadedFile("a.txt", b"x" * 11)})
    assert (large.status_code, ticket.comments.count()) == (422, 0)
    many = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)]
    assert rita_web.post(url, {"body": "Many", "files": many}).status_code == 422
    assert rita_web.post(url, {"body": "Fits", "files": SimpleUploadedFile("a.txt", b"x" * 10)}).status_code == 302
    assert (Attachment.objects.count(), ticket.comments.count()) == (1, 1)


def test_somebody_elses_file_cannot_be_taken_along(as_web, otto, alan, it, rita_web, ticket):
    """IDOR-03: naming a foreign key in a form attaches nothing."""
    foreign = make_ticket(otto, it)
    add_comment(as_web(otto), foreign, body="x", internal=False, files=[SimpleUploadedFile("secret.txt", b"s")])
    item = Attachment.objects.get()
    url = reverse("desk:portal_reply", args=[ticket.number])
    rita_web.post(url, {"body": "Mine now", "files": item.key, "attachments": item.pk, "attachment": item.key})
    assert Attachment.objects.get().ticket == foreign
    assert rita_web.get(item.get_absolute_url()).status_code == 404
