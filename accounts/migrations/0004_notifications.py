import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import flowtic.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_verbose_names"),
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="NotificationSettings",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="notification_settings",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("choices", models.JSONField(default=dict, verbose_name="choices")),
                ("departments", models.JSONField(default=dict, verbose_name="choices by department")),
                ("quiet_from", models.TimeField(null=True, verbose_name="quiet from")),
                ("quiet_until", models.TimeField(null=True, verbose_name="quiet until")),
            ],
            options={
                "verbose_name": "notification settings",
                "verbose_name_plural": "notification settings",
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8, verbose_name="kind")),
                ("slot", models.DateTimeField(verbose_name="moment")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("created_at", models.DateTimeField(verbose_name="created")),
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
            ],
            options={
                "verbose_name": "digest mail",
                "verbose_name_plural": "digest mails",
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ticket_id", models.BigIntegerField(verbose_name="ticket")),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("reason", models.CharField(max_length=20, verbose_name="reason")),
                ("in_app", flowtic.core.fields.FlagField(default=True, verbose_name="shown in the product")),
                ("digest", models.CharField(blank=True, max_length=8, verbose_name="digest mail")),
                ("read_at", models.DateTimeField(null=True, verbose_name="read")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "sent_in",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notifications",
                        to="accounts.digest",
                        verbose_name="sent in",
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
            },
        ),
        migrations.CreateModel(
            name="TicketMute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ticket_id", models.BigIntegerField(verbose_name="ticket")),
                ("created_at", models.DateTimeField(verbose_name="created")),
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
            ],
            options={
                "verbose_name": "muted ticket",
                "verbose_name_plural": "muted tickets",
            },
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.UniqueConstraint(fields=("person", "kind", "slot"), name="digest_once"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["person", "in_app", "-id"], name="notification_newest"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["person", "read_at", "ticket_id"], name="notification_unread"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["sent_in", "digest", "person"], name="notification_digest"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["created_at"], name="notification_created"),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(fields=("person", "event"), name="notification_once"),
        ),
        migrations.AddIndex(
            model_name="ticketmute",
            index=models.Index(fields=["ticket_id"], name="mute_ticket"),
        ),
        migrations.AddConstraint(
            model_name="ticketmute",
            constraint=models.UniqueConstraint(fields=("person", "ticket_id"), name="mute_once"),
        ),
    ]
