import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import flowtic.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("desk", "0005_saved_views"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="redacted_at",
            field=models.DateTimeField(null=True, verbose_name="redacted"),
        ),
        migrations.CreateModel(
            name="CannedReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("text_de", models.TextField(blank=True, verbose_name="German text")),
                ("text_en", models.TextField(blank=True, verbose_name="English text")),
                ("active", flowtic.core.fields.FlagField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("updated_at", models.DateTimeField(verbose_name="last change")),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="accounts.department", verbose_name="departments"
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
            options={
                "verbose_name": "canned reply",
                "verbose_name_plural": "canned replies",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ScheduledSend",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("reply", "Reply"), ("note", "Internal note")], max_length=10, verbose_name="kind"
                    ),
                ),
                ("body", models.TextField(verbose_name="text")),
                ("due_at", models.DateTimeField(db_index=True, verbose_name="to be sent")),
                ("held", flowtic.core.fields.FlagField(default=False, verbose_name="only held for taking back")),
                ("despite", models.BigIntegerField(default=0, verbose_name="newer message")),
                ("failed", models.CharField(blank=True, max_length=255, verbose_name="reason of the failure")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "status",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="desk.status",
                        verbose_name="status afterwards",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scheduled_sends",
                        to="desk.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "planned message",
                "verbose_name_plural": "planned messages",
            },
        ),
        migrations.CreateModel(
            name="ComposerDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("reply", "Reply"), ("note", "Internal note")], max_length=10, verbose_name="kind"
                    ),
                ),
                ("body", models.TextField(verbose_name="text")),
                ("shared", flowtic.core.fields.FlagField(default=False, verbose_name="shared with the team")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="revision")),
                ("updated_at", models.DateTimeField(db_index=True, verbose_name="last change")),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="composer_drafts",
                        to="desk.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft of a message",
                "verbose_name_plural": "drafts of messages",
                "constraints": [
                    models.UniqueConstraint(fields=("person", "ticket", "kind"), name="composer_draft_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField(verbose_name="last seen")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="desk.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "visit of a ticket",
                "verbose_name_plural": "visits of tickets",
                "constraints": [models.UniqueConstraint(fields=("person", "ticket"), name="ticket_visit_once")],
            },
        ),
        migrations.CreateModel(
            name="WaitingFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", flowtic.core.fields.IdentityField(max_length=32, unique=True, verbose_name="key")),
                ("name", models.CharField(max_length=255, verbose_name="file name")),
                ("size", models.BigIntegerField(verbose_name="size")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "draft",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="desk.composerdraft",
                        verbose_name="draft of a message",
                    ),
                ),
                (
                    "send",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="desk.scheduledsend",
                        verbose_name="planned message",
                    ),
                ),
            ],
            options={
                "verbose_name": "waiting file",
                "verbose_name_plural": "waiting files",
                "ordering": ["pk"],
            },
        ),
    ]
