"""Model fields that behave the same on SQLite and MySQL."""

from typing import Any

from django.db import models


class IdentityField(models.CharField):
    """A text that identifies (e-mail, key, token id): compared byte by byte on every database.

    MySQL's default collation would take 'A' for 'a' and 'ss' for 'ß', so the column gets utf8mb4_bin there.
    """

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters
