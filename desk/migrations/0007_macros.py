import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import flowtic.core.fields

BIG = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0006_conversation"),
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", BIG),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="key")),
                ("via", models.CharField(max_length=10, verbose_name="door")),
                ("act", models.JSONField(default=dict, verbose_name="act")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "not started"),
                            ("running", "running"),
                            ("done", "done"),
                            ("stopped", "stopped"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("missing", models.PositiveIntegerField(default=0, verbose_name="not found")),
                ("back", models.CharField(blank=True, max_length=1000, verbose_name="way back")),
                ("operation_id", models.UUIDField(null=True, verbose_name="operation")),
                ("undoing", models.BooleanField(default=False, verbose_name="is being undone")),
                ("created_at", models.DateTimeField(db_index=True, verbose_name="created")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="started by",
                    ),
                ),
            ],
            options={"verbose_name": "bulk change", "verbose_name_plural": "bulk changes"},
        ),
        migrations.CreateModel(
            name="BulkRow",
            fields=[
                ("id", BIG),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting"),
                            ("changed", "changed"),
                            ("same", "was so already"),
                            ("skipped", "skipped"),
                            ("undone", "undone"),
                            ("kept", "not undone"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("operation_id", models.UUIDField(null=True, verbose_name="operation")),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="desk.bulkrun",
                        verbose_name="bulk change",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a bulk change",
                "verbose_name_plural": "rows of a bulk change",
                "indexes": [
                    models.Index(fields=["run", "state", "id"], name="bulk_row_state"),
                    models.Index(fields=["ticket"], name="bulk_row_ticket"),
                ],
                "constraints": [models.UniqueConstraint(fields=("run", "ticket"), name="bulk_ticket_once")],
            },
        ),
        migrations.CreateModel(
            name="Macro",
            fields=[
                ("id", BIG),
                ("name_de", models.CharField(max_length=100, verbose_name="name (German)")),
                ("name_en", models.CharField(max_length=100, verbose_name="name (English)")),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("own", "only me"),
                            ("department", "one department"),
                            ("everybody", "everybody"),
                        ],
                        default="own",
                        max_length=10,
                        verbose_name="who may use it",
                    ),
                ),
                ("steps", models.JSONField(default=list, verbose_name="steps")),
                ("active", flowtic.core.fields.FlagField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("updated_at", models.DateTimeField(verbose_name="last change")),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={"verbose_name": "macro", "verbose_name_plural": "macros", "ordering": ["name_en", "pk"]},
        ),
    ]
