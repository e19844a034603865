# Names of fields in Django admin, in the reader's language; no change of a table.

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import flowtic.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_verbose_names"),
        ("desk", "0003_form_version_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="formversion",
            name="author",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="author",
            ),
        ),
        migrations.AlterField(
            model_name="formversion",
            name="request_type",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versions",
                to="desk.requesttype",
                verbose_name="request type",
            ),
        ),
        migrations.AlterField(
            model_name="formversion",
            name="schema",
            field=models.JSONField(default=dict, verbose_name="questions"),
        ),
        migrations.AlterField(
            model_name="priority",
            name="rank",
            field=models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name="rank"),
        ),
        migrations.AlterField(
            model_name="requesttype",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.department",
                verbose_name="department",
            ),
        ),
        migrations.AlterField(
            model_name="requesttype",
            name="live_version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.formversion",
                verbose_name="version in use",
            ),
        ),
        migrations.AlterField(
            model_name="requesttype",
            name="schema",
            field=models.JSONField(blank=True, default=dict, verbose_name="questions"),
        ),
        migrations.AlterField(
            model_name="statustransition",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ways_out",
                to="desk.status",
                verbose_name="from the status",
            ),
        ),
        migrations.AlterField(
            model_name="statustransition",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ways_in",
                to="desk.status",
                verbose_name="to the status",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="assignee",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assignee",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="closed_at",
            field=models.DateTimeField(null=True, verbose_name="closed"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="created_at",
            field=models.DateTimeField(verbose_name="created"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="department",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.department",
                verbose_name="department",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="due_fixed",
            field=flowtic.core.fields.FlagField(default=False, verbose_name="due date set by hand"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="field_versions",
            field=models.JSONField(default=dict, verbose_name="versions of the fields"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="fields",
            field=models.JSONField(default=dict, verbose_name="fields"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="first_response_at",
            field=models.DateTimeField(null=True, verbose_name="first reply"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="form_version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.formversion",
                verbose_name="version of the form",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="is_open",
            field=flowtic.core.fields.FlagField(default=True, verbose_name="open"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="language",
            field=models.CharField(blank=True, max_length=5, verbose_name="language"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="merged_into",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_tickets",
                to="desk.ticket",
                verbose_name="merged into",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="priority",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.priority",
                verbose_name="priority",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="reporter",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="reported by",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="request_type",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.requesttype",
                verbose_name="request type",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="requester",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="requester",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="resolved_at",
            field=models.DateTimeField(null=True, verbose_name="resolved"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="sort_due_at",
            field=models.DateTimeField(
                default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC), verbose_name="due date for sorting"
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="status",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.status",
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="tags",
            field=models.ManyToManyField(blank=True, related_name="tickets", to="desk.tag", verbose_name="tags"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="updated_at",
            field=models.DateTimeField(verbose_name="last change"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="version",
            field=models.PositiveIntegerField(default=1, verbose_name="version"),
        ),
        migrations.AlterField(
            model_name="tickettemplate",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.department",
                verbose_name="department",
            ),
        ),
        migrations.AlterField(
            model_name="tickettemplate",
            name="priority",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.priority",
                verbose_name="priority",
            ),
        ),
        migrations.AlterField(
            model_name="tickettemplate",
            name="request_type",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.requesttype",
                verbose_name="request type",
            ),
        ),
    ]
