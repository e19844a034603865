import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_shortcuts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("desk", "0009_snoozes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300, verbose_name="text")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="done by",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checklist",
                        to="desk.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "checklist item",
                "verbose_name_plural": "checklist items",
                "ordering": ["position", "pk"],
                "indexes": [models.Index(fields=["ticket", "position"], name="checklist_order")],
            },
        ),
        migrations.CreateModel(
            name="ChecklistTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_de", models.CharField(max_length=100, verbose_name="name (German)")),
                ("name_en", models.CharField(max_length=100, verbose_name="name (English)")),
                ("items", models.JSONField(default=list, verbose_name="items")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "request_type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="desk.requesttype",
                        verbose_name="request type",
                    ),
                ),
            ],
            options={
                "verbose_name": "checklist template",
                "verbose_name_plural": "checklist templates",
                "ordering": ["name_en", "pk"],
            },
        ),
    ]
