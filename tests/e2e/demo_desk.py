"""A desk with the demo content in a folder of its own, running: for pictures and for looking at every page."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.services import find_chromium

SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def set_up(folder: Path) -> None:
    """Must come before anything else of Django is imported. A folder that has a desk already is used as it is."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="flowtic.settings",
        DJANGO_ALLOW_ASYNC_UNSAFE="1",
        FLOWTIC_DATA_DIR=str(folder),
        FLOWTIC_LOG_LEVEL="ERROR",
        FLOWTIC_DEBUG="1",
    )
    import django

    django.setup()
    from django.core.management import call_command

    folder.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", database="cache", verbosity=0)
    call_command("demo", verbosity=0)


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-quic"])
        try:
            yield browser
        finally:
            browser.close()


def enter(browser: Any, url: str, who: str, *, language: str, theme: str, size: str, **more: Any) -> Any:
    """A page of a fresh browser, logged in as that person of the demo, in this language and theme."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    options = {"viewport": SIZES.get(size), "has_touch": size == "phone", "is_mobile": size == "phone"} | more
    context = browser.new_context(color_scheme=theme, locale=language, base_url=url, **options)
    if who:
        person = User.objects.get(email=f"{who}@flowtic.example")
        User.objects.filter(pk=person.pk).update(language=language, theme=theme)
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page
