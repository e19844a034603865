import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_shortcuts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("desk", "0010_checklists"),
    ]

    operations = [
        migrations.CreateModel(
            name="TimeEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes", models.PositiveIntegerField(verbose_name="minutes")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("day", models.DateField(verbose_name="day")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "department",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="time_entries",
                        to="desk.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "time entry",
                "verbose_name_plural": "time entries",
                "indexes": [
                    models.Index(fields=["ticket", "day"], name="time_of_ticket"),
                    models.Index(fields=["department", "day"], name="time_of_department"),
                    models.Index(fields=["day"], name="time_of_day"),
                ],
            },
        ),
    ]
