import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("desk", "0008_ratings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Snooze",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="snooze",
                        serialize=False,
                        to="desk.ticket",
                        verbose_name="ticket",
                    ),
                ),
                ("until", models.DateTimeField(db_index=True, verbose_name="until")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="put off by",
                    ),
                ),
            ],
            options={"verbose_name": "ticket put off", "verbose_name_plural": "tickets put off"},
        ),
    ]
