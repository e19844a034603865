from typing import Any

from django.db import models


class StemsField(models.TextField):
    """Tokens with a blank on either side of each; compared byte by byte on every database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", " ")
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters


class SearchDocument(models.Model):
    """What can be searched of one object: word stems, never its text. Written by `flowtic.core.search` only.

    The key is made from kind and object id (`flowtic.core.search.documents.key_of`), so the pair is unique
    without a second unique index, which would cost every write and invite deadlocks on MySQL.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    language = models.CharField(max_length=5, blank=True)
    title_stems = StemsField()
    public_stems = StemsField()
    internal_stems = StemsField()

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
