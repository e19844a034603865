"""Files that no row names go after a day; old misses go after a year."""

import datetime as dt
import os

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from flowtic.core.actor import Actor
from knowledge.commands import add_files, record_miss, remove_file
from knowledge.models import SearchMiss
from knowledge.schedule import forget_old_misses, remove_orphan_files

MACHINE = Actor.system("test")


def test_files_without_a_row_go_after_a_day(article):
    kept, gone, fresh = add_files(
        MACHINE, article, files=[ContentFile(b"x", f"{name}.txt") for name in ("kept", "gone", "fresh")]
    )
    for row in (kept, gone):
        old = (timezone.now() - dt.timedelta(days=2)).timestamp()
        os.utime(default_storage.path(row.path), (old, old))
    for row in (gone, fresh):
        remove_file(MACHINE, row)
    assert remove_orphan_files() == 1
    assert [default_storage.exists(row.path) for row in (kept, gone, fresh)] == [True, False, True]


def test_old_misses_go(as_web, alan):
    for text in ("old search", "new search"):
        record_miss(as_web(alan), text=text, language="en")
    SearchMiss.objects.filter(text="old search").update(last_at=timezone.now() - dt.timedelta(days=366))
    assert forget_old_misses() == 1
    assert SearchMiss.objects.get().text == "new search"
