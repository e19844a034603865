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


class FlagField(models.SmallIntegerField):
    """True or False in a column that lists filter and sort by.

    Django writes a BooleanField's condition as the bare column, and neither SQLite nor MySQL then uses an index that
    begins with it; a number is compared with `= 1`.
    """

    _pyi_private_set_type: bool
    _pyi_private_get_type: bool

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bool | None:
        return None if value is None else bool(value)

    def to_python(self, value: Any) -> bool | None:
        return None if value is None else bool(int(value))

    def get_prep_value(self, value: Any) -> int | None:
        return None if value is None else int(bool(value))
