"""What the knowledge base does by the clock."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from flowtic.core.leases import leased
from knowledge.models import ArticleFile, SearchMiss

PLACE = "articles"
ORPHAN_AGE = timedelta(hours=24)
# A search that nobody repeated for so long tells nothing any more.
MISS_LIFE = timedelta(days=365)


@leased("knowledge.orphan_files", 600)
def remove_orphan_files() -> int:
    """Deletes files without a row: left by a rolled back upload, by `remove_file` or by a deleted draft."""
    if not default_storage.exists(PLACE):
        return 0
    removed = 0
    for folder in default_storage.listdir(PLACE)[0]:
        names = default_storage.listdir(f"{PLACE}/{folder}")[1]
        known = set(ArticleFile.objects.filter(key__in=names).values_list("key", flat=True))
        for name in set(names) - known:
            path = f"{PLACE}/{folder}/{name}"
            if timezone.now() - default_storage.get_modified_time(path) > ORPHAN_AGE:
                default_storage.delete(path)
                removed += 1
    return removed


@leased("knowledge.old_misses", 600)
def forget_old_misses() -> int:
    """Deletes searches without a hit that are older than a year; returns how many."""
    return SearchMiss.objects.filter(last_at__lt=timezone.now() - MISS_LIFE).delete()[0]
