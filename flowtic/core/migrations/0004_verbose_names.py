# Names of fields in Django admin, in the reader's language; no change of a table.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import flowtic.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_outgoing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="delivery",
            options={"verbose_name": "delivery", "verbose_name_plural": "deliveries"},
        ),
        migrations.AlterModelOptions(
            name="event",
            options={"verbose_name": "event", "verbose_name_plural": "events"},
        ),
        migrations.AlterModelOptions(
            name="job",
            options={"verbose_name": "job", "verbose_name_plural": "jobs"},
        ),
        migrations.AlterModelOptions(
            name="outgoingcall",
            options={"verbose_name": "outgoing call", "verbose_name_plural": "outgoing calls"},
        ),
        migrations.AlterField(
            model_name="delivery",
            name="attempts",
            field=models.PositiveIntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="created_at",
            field=models.DateTimeField(verbose_name="created"),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="core.event",
                verbose_name="event",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="finished_at",
            field=models.DateTimeField(null=True, verbose_name="finished"),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="last_error",
            field=models.TextField(blank=True, verbose_name="last error"),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="lease_until",
            field=models.DateTimeField(null=True, verbose_name="lease until"),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="next_try",
            field=models.DateTimeField(verbose_name="next try"),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[("pending", "pending"), ("done", "done"), ("dead", "given up")],
                default="pending",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="subscriber",
            field=models.CharField(max_length=60, verbose_name="subscriber"),
        ),
        migrations.AlterField(
            model_name="event",
            name="actor",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="acting person",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="changes",
            field=models.JSONField(default=list, verbose_name="changes"),
        ),
        migrations.AlterField(
            model_name="event",
            name="created_at",
            field=models.DateTimeField(verbose_name="created"),
        ),
        migrations.AlterField(
            model_name="event",
            name="data",
            field=models.JSONField(default=dict, verbose_name="details"),
        ),
        migrations.AlterField(
            model_name="event",
            name="machine",
            field=models.CharField(blank=True, max_length=40, verbose_name="machine"),
        ),
        migrations.AlterField(
            model_name="event",
            name="name",
            field=models.CharField(max_length=60, verbose_name="event"),
        ),
        migrations.AlterField(
            model_name="event",
            name="operation_id",
            field=models.UUIDField(null=True, verbose_name="operation"),
        ),
        migrations.AlterField(
            model_name="event",
            name="public",
            field=models.BooleanField(default=False, verbose_name="public"),
        ),
        migrations.AlterField(
            model_name="event",
            name="request_id",
            field=models.CharField(blank=True, max_length=64, verbose_name="request"),
        ),
        migrations.AlterField(
            model_name="event",
            name="subject_id",
            field=models.BigIntegerField(null=True, verbose_name="number of the object"),
        ),
        migrations.AlterField(
            model_name="event",
            name="subject_type",
            field=models.CharField(max_length=40, verbose_name="kind of object"),
        ),
        migrations.AlterField(
            model_name="event",
            name="ticket_id",
            field=models.BigIntegerField(null=True, verbose_name="ticket"),
        ),
        migrations.AlterField(
            model_name="event",
            name="via",
            field=models.CharField(max_length=10, verbose_name="door"),
        ),
        migrations.AlterField(
            model_name="job",
            name="attempts",
            field=models.PositiveIntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AlterField(
            model_name="job",
            name="created_at",
            field=models.DateTimeField(verbose_name="created"),
        ),
        migrations.AlterField(
            model_name="job",
            name="finished_at",
            field=models.DateTimeField(null=True, verbose_name="finished"),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(max_length=60, verbose_name="kind"),
        ),
        migrations.AlterField(
            model_name="job",
            name="last_error",
            field=models.TextField(blank=True, verbose_name="last error"),
        ),
        migrations.AlterField(
            model_name="job",
            name="lease_until",
            field=models.DateTimeField(null=True, verbose_name="lease until"),
        ),
        migrations.AlterField(
            model_name="job",
            name="next_try",
            field=models.DateTimeField(verbose_name="next try"),
        ),
        migrations.AlterField(
            model_name="job",
            name="progress",
            field=models.JSONField(default=dict, verbose_name="progress"),
        ),
        migrations.AlterField(
            model_name="job",
            name="queue",
            field=models.CharField(default="long", max_length=20, verbose_name="queue"),
        ),
        migrations.AlterField(
            model_name="job",
            name="started_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="started by",
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="state",
            field=models.CharField(
                choices=[("pending", "pending"), ("done", "done"), ("dead", "given up")],
                default="pending",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="attempt",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="attempt"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="created_at",
            field=models.DateTimeField(db_index=True, verbose_name="created"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="error",
            field=models.CharField(blank=True, max_length=500, verbose_name="error"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="kind",
            field=models.CharField(max_length=40, verbose_name="kind"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="method",
            field=models.CharField(max_length=10, verbose_name="method"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="milliseconds",
            field=models.PositiveIntegerField(default=0, verbose_name="milliseconds"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="request_body",
            field=models.TextField(blank=True, verbose_name="body sent"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="request_headers",
            field=models.JSONField(default=dict, verbose_name="headers sent"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="response_body",
            field=models.TextField(blank=True, verbose_name="body of the answer"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="response_headers",
            field=models.JSONField(default=dict, verbose_name="headers of the answer"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="status",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="status of the answer"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="subject_id",
            field=models.BigIntegerField(verbose_name="number of the object"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="subject_type",
            field=models.CharField(max_length=60, verbose_name="kind of object"),
        ),
        migrations.AlterField(
            model_name="outgoingcall",
            name="url",
            field=models.TextField(verbose_name="address"),
        ),
        migrations.AlterField(
            model_name="secret",
            name="last_used_at",
            field=models.DateTimeField(null=True, verbose_name="last used"),
        ),
        migrations.AlterField(
            model_name="secret",
            name="name",
            field=flowtic.core.fields.IdentityField(max_length=60, unique=True, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="secret",
            name="note",
            field=models.CharField(blank=True, max_length=200, verbose_name="note"),
        ),
        migrations.AlterField(
            model_name="secret",
            name="updated_at",
            field=models.DateTimeField(verbose_name="last change"),
        ),
    ]
