"""What the tests of the account pages share."""

import re
from contextlib import contextmanager

import pytest
from django.core import mail
from django.test import Client

from tests.factories import PASSWORD


@pytest.fixture
def worker(django_capture_on_commit_callbacks):
    """`with worker():` does what workers do after the commits inside: mails go to mail.outbox."""

    @contextmanager
    def run():
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return run


@pytest.fixture
def logged_in():
    """`logged_in(person)` is a client that has logged in through the login form."""

    def open_for(person, password=PASSWORD):
        client = Client()
        answer = client.post("/accounts/login/", {"login": person.email, "password": password})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return client

    return open_for


@pytest.fixture
def link():
    """`link(mail)` is the path of the one link in a mail."""

    def find(message):
        found = re.findall(r"https?://[^\s/]+(/\S+)", message.body)
        assert len(found) == 1, message.body
        return found[0]

    return find


@pytest.fixture
def mails():
    """`mails("a@b.c")` are the mails to that address."""
    return lambda address: [message for message in mail.outbox if address in message.to]
