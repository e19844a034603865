"""The table of what can be searched, and the full text index of the database in use."""

from django.db import migrations, models

import flowtic.core.models.search

DOCUMENT = "core_searchdocument"
COLUMNS = "title_stems, public_stems, internal_stems"
NEW, OLD = (", ".join(f"{row}.{name}" for name in COLUMNS.split(", ")) for row in ("new", "old"))

# Without content: the stems stand in the table already, and its old values take a changed row out of the index.
ADD = f"INSERT INTO core_search_fts (rowid, {COLUMNS}) VALUES (new.id, {NEW});"  # noqa: S608
TAKE_OUT = f"INSERT INTO core_search_fts (core_search_fts, rowid, {COLUMNS}) VALUES ('delete', old.id, {OLD});"  # noqa: S608
OPTIONS = "content='', columnsize=0, tokenize=\"ascii tokenchars '_'\""
SQLITE = [
    f"CREATE VIRTUAL TABLE core_search_fts USING fts5({COLUMNS}, {OPTIONS})",
    f"CREATE TRIGGER core_search_insert AFTER INSERT ON {DOCUMENT} BEGIN {ADD} END",
    f"CREATE TRIGGER core_search_delete AFTER DELETE ON {DOCUMENT} BEGIN {TAKE_OUT} END",
    f"CREATE TRIGGER core_search_update AFTER UPDATE OF {COLUMNS} ON {DOCUMENT} BEGIN {TAKE_OUT} {ADD} END",
]
SQLITE_BACK = [
    "DROP TRIGGER core_search_update",
    "DROP TRIGGER core_search_delete",
    "DROP TRIGGER core_search_insert",
    "DROP TABLE core_search_fts",
]
# One statement each: MySQL commits around every one of them.
MYSQL = [
    """CREATE TABLE IF NOT EXISTS core_search_entry (
        id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
        document_id bigint NOT NULL,
        public_words longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        internal_words longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        INDEX core_search_entry_document (document_id),
        FULLTEXT INDEX core_search_entry_public (public_words),
        FULLTEXT INDEX core_search_entry_internal (internal_words)
    ) ENGINE=InnoDB""",
]
MYSQL_BACK = ["DROP TABLE IF EXISTS core_search_entry"]


def build(apps, schema_editor):
    run(schema_editor, {"sqlite": SQLITE, "mysql": MYSQL})


def drop(apps, schema_editor):
    run(schema_editor, {"sqlite": SQLITE_BACK, "mysql": MYSQL_BACK})


def run(schema_editor, statements):
    vendor = schema_editor.connection.vendor
    if vendor not in statements:
        raise RuntimeError(f"Search knows SQLite, MySQL and MariaDB, not {vendor}.")
    for statement in statements[vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.BigIntegerField()),
                ("language", models.CharField(blank=True, max_length=5)),
                ("title_stems", flowtic.core.models.search.StemsField(default=" ")),
                ("public_stems", flowtic.core.models.search.StemsField(default=" ")),
                ("internal_stems", flowtic.core.models.search.StemsField(default=" ")),
            ],
        ),
        # MySQL cannot build tables inside a transaction; on SQLite the migration itself is one.
        migrations.RunPython(build, drop, atomic=False),
    ]
