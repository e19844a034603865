"""The articles of the demo, written some weeks ago: pairs in both languages, one draft, one that is out of use."""

import datetime as dt
from pathlib import Path

from flowtic.core import clock
from flowtic.core.actor import Actor
from knowledge.commands import (
    change_article,
    create_article,
    publish_article,
    rate_article,
    record_miss,
    save_category,
    save_draft,
    set_state,
)
from knowledge.importing.reading import Page, read_page
from knowledge.models import Article, Category

FOLDER = Path(__file__).resolve().parent
WRITTEN = dt.timedelta(days=60)
CATEGORIES = (
    # key, parent, German, English
    ("workplace", "", "Arbeitsplatz", "Workplace"),
    ("printing", "workplace", "Drucken und Scannen", "Printing and scanning"),
    ("network", "", "Netz und VPN", "Network and VPN"),
    ("storage", "", "Dateien und Laufwerke", "Files and drives"),
    ("security", "", "Sicherheit", "Security"),
    ("access", "", "Konten und Rechte", "Accounts and access"),
    ("hr", "", "Personal", "Human resources"),
    ("facility", "", "Gebäude", "Building"),
)
ADDED = "\n\n## Unterwegs im Hotel\n\nHotelnetze sperren VPN oft. Der Hotspot des Telefons ist der schnellste Ausweg.\n"
MISSES = (("kasse neu starten", 4), ("serientermin löschen", 3), ("höhenverstellbarer schreibtisch", 2))


def create_articles(now: dt.datetime, *, writer: Actor, readers: list[Actor]) -> dict[str, Article]:
    """Makes categories and articles as `writer`; `readers` say what helped them. Returns articles by file name."""
    with clock.travel(now - WRITTEN):
        places: dict[str, Category] = {}
        for position, (key, parent, name_de, name_en) in enumerate(CATEGORIES, 1):
            above = places.get(parent)
            places[key] = save_category(
                writer, None, key=key, parent=above, name_de=name_de, name_en=name_en, position=position
            )
    found: dict[str, Article] = {}
    files = [*sorted(FOLDER.glob("de/*.md")), *sorted(FOLDER.glob("en/*.md"))]
    for n, path in enumerate(files):
        with clock.travel(now - WRITTEN + dt.timedelta(days=1, hours=3 * n)):
            page = read_page(path)
            found[path.stem] = _write(writer, page, places[page.category], found)
    _put_away(now, writer, found)
    _grow_old(now, writer, found)
    _read(now, readers, found)
    return found


def _write(writer: Actor, page: Page, category: Category, known: dict[str, Article]) -> Article:
    original = known.get(Path(page.original).name)
    article = create_article(
        writer,
        title=page.title,
        body=page.body,
        category=category,
        language=page.language,
        tags=page.tags,
        public=page.public,
        original=original,
    )
    return article if page.draft else publish_article(writer, article, note="")


def _put_away(now: dt.datetime, writer: Actor, found: dict[str, Article]) -> None:
    with clock.travel(now - dt.timedelta(days=20)):
        set_state(writer, found["altes-mailarchiv"], state=Article.State.INACTIVE)
        for name, days in (("phishing-melden", -3), ("netzlaufwerk-voll", -12), ("vpn-bricht-ab", 120)):
            found[name] = change_article(writer, found[name], review_on=(now + dt.timedelta(days=days)).date())


def _grow_old(now: dt.datetime, writer: Actor, found: dict[str, Article]) -> None:
    """A second version of one original, so that its translation is out of date, and changes that wait."""
    vpn, printer = found["vpn-bricht-ab"], found["netzwerkdrucker-papierstau"]
    with clock.travel(now - dt.timedelta(days=9)):
        vpn = save_draft(writer, vpn, rev=vpn.draft_rev, body=vpn.body + ADDED)
        found["vpn-bricht-ab"] = publish_article(writer, vpn, note="Hotelnetze ergänzt", rev=vpn.draft_rev)
    with clock.travel(now - dt.timedelta(hours=20)):
        body = printer.body.replace("30 Tage", "60 Tage")
        found["netzwerkdrucker-papierstau"] = save_draft(writer, printer, rev=printer.draft_rev, body=body)


def _read(now: dt.datetime, readers: list[Actor], found: dict[str, Article]) -> None:
    with clock.travel(now - dt.timedelta(days=2)):
        for n, reader in enumerate(readers):
            for name in ("vpn-bricht-ab", "konto-gesperrt", "account-locked", "phishing-melden")[: 4 - n % 3]:
                rate_article(reader, found[name], helpful=(n + len(name)) % 4 != 0, note="")
        for text, times in MISSES:
            for _time in range(times):
                record_miss(readers[0], text=text, language="de")
