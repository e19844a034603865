import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import flowtic.core.fields

COLOURS = [
    ("grey", "Grey"),
    ("teal", "Teal"),
    ("blue", "Blue"),
    ("green", "Green"),
    ("amber", "Amber"),
    ("red", "Red"),
    ("plum", "Plum"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("desk", "0004_verbose_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_de", models.CharField(max_length=100, verbose_name="name (German)")),
                ("name_en", models.CharField(max_length=100, verbose_name="name (English)")),
                ("everybody", flowtic.core.fields.FlagField(default=False, verbose_name="for everybody")),
                ("icon", models.CharField(blank=True, max_length=20, verbose_name="icon")),
                (
                    "colour",
                    models.CharField(choices=COLOURS, default="grey", max_length=10, verbose_name="colour"),
                ),
                ("query", models.TextField(blank=True, verbose_name="filters and order")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("updated_at", models.DateTimeField(verbose_name="last change")),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={"verbose_name": "saved view", "verbose_name_plural": "saved views"},
        ),
        migrations.CreateModel(
            name="ViewOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shown", models.TextField(blank=True, verbose_name="shown")),
                ("hidden", models.TextField(blank=True, verbose_name="hidden")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={"verbose_name": "order of views", "verbose_name_plural": "orders of views"},
        ),
        migrations.RemoveIndex(model_name="ticket", name="ticket_open_due"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["is_open", "sort_due_at", "-priority", "created_at", "id"], name="ticket_open_slack"
            ),
        ),
    ]
