"""`manage.py rebuild_search`: write the search index anew from the objects themselves."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils.module_loading import autodiscover_modules

from flowtic.core.models import Counter
from flowtic.core.search.documents import Source, index_many, locked_rows, newest_id, remove_between, sources
from flowtic.core.search.engines import engine_of


class Command(BaseCommand):
    help = (
        "Write the search index anew, batch by batch. Stopped half-way it goes on where it was; searches work "
        "meanwhile. --fresh empties the index first, which is faster and leaves it compact, but finds only what "
        "is done so far."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", action="append", help="only this kind (ticket, article ...); may be repeated")
        parser.add_argument("--restart", action="store_true", help="from the beginning, not from where it stopped")
        parser.add_argument("--fresh", action="store_true", help="empty the whole index first; implies --restart")

    def handle(self, *, kind: list[str] | None, restart: bool, fresh: bool, **_options: Any) -> None:
        autodiscover_modules("search")
        chosen = {name: source for name, source in sources().items() if not kind or name in kind}
        if kind and (unknown := set(kind) - set(chosen)):
            self.stderr.write(f"Nothing to index of the kind {', '.join(sorted(unknown))}.")
            raise SystemExit(2)
        if fresh:
            engine_of(connection).clear()
        for name, source in chosen.items():
            if restart or fresh:
                Counter.objects.filter(name=_place(name)).delete()
            written, removed = self._rebuild(name, source)
            self.stdout.write(f"{name}: {written} written, {removed} removed")

    def _rebuild(self, kind: str, source: Source) -> tuple[int, int]:
        """Index everything behind the remembered place; returns how many documents were written and removed."""
        remembered = Counter.objects.filter(name=_place(kind)).first()
        place = remembered.value if remembered else 0
        written = removed = 0
        if place:
            self.stdout.write(f"{kind}: going on after {place}")
        while True:
            with transaction.atomic():
                newest = newest_id(kind)
                rows = locked_rows(kind, source, place)
                last = rows[-1][0] if rows else newest
                written += index_many(kind, rows)
                removed += remove_between(kind, place, last, keep={row[0] for row in rows})
                if not rows:
                    Counter.objects.filter(name=_place(kind)).delete()
                    return written, removed
                Counter.objects.update_or_create(name=_place(kind), defaults={"value": last})
            place = last


def _place(kind: str) -> str:
    return f"rebuild_search:{kind}"
