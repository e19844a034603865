from django.db import models

from flowtic.core.fields import IdentityField


class ImportRun(models.Model):
    """How far the import of one file has come; moved on in the same transaction as each batch."""

    fingerprint = IdentityField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    rows_done = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.imported} imported, {self.failed} failed"
