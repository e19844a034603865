import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("desk", "0002_forms_promises_dispatching"),
    ]

    operations = [
        migrations.AddField(
            model_name="requesttype",
            name="leads_publish",
            field=models.BooleanField(default=False, verbose_name="its department’s leads may publish"),
        ),
        migrations.CreateModel(
            name="FormVersionDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("schema", models.JSONField(null=True)),
                ("rev", models.PositiveIntegerField(default=0)),
                ("based_on", models.PositiveIntegerField(null=True)),
                ("saved_at", models.DateTimeField(null=True)),
                (
                    "request_type",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="version_draft",
                        to="desk.requesttype",
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "draft of a form version",
                "verbose_name_plural": "drafts of form versions",
            },
        ),
    ]
