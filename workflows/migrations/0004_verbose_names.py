# Names of fields in Django admin, in the reader's language; no change of a table.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import flowtic.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_verbose_names"),
        ("desk", "0004_verbose_names"),
        ("workflows", "0003_proposal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="effectrun",
            options={"verbose_name": "automatic step", "verbose_name_plural": "automatic steps"},
        ),
        migrations.AlterModelOptions(
            name="timer",
            options={"verbose_name": "timer", "verbose_name_plural": "timers"},
        ),
        migrations.AlterField(
            model_name="effectrun",
            name="attempts",
            field=models.PositiveIntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AlterField(
            model_name="effectrun",
            name="created_at",
            field=models.DateTimeField(verbose_name="created"),
        ),
        migrations.AlterField(
            model_name="effectrun",
            name="data",
            field=models.JSONField(default=dict, verbose_name="details"),
        ),
        migrations.AlterField(
            model_name="effectrun",
            name="done_at",
            field=models.DateTimeField(null=True, verbose_name="done"),
        ),
        migrations.AlterField(
            model_name="effectrun",
            name="error",
            field=models.CharField(blank=True, max_length=1000, verbose_name="error"),
        ),
        migrations.AlterField(
            model_name="effectrun",
            name="instance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="effects",
                to="workflows.instance",
                verbose_name="run",
            ),
        ),
        migrations.AlterField(
            model_name="effectrun",
            name="key",
            field=models.CharField(max_length=120, verbose_name="key"),
        ),
        migrations.AlterField(
            model_name="effectrun",
            name="kind",
            field=models.CharField(max_length=20, verbose_name="kind"),
        ),
        migrations.AlterField(
            model_name="effectrun",
            name="result",
            field=models.JSONField(default=dict, verbose_name="result"),
        ),
        migrations.AlterField(
            model_name="effectrun",
            name="state",
            field=models.CharField(
                choices=[("pending", "pending"), ("done", "done"), ("failed", "failed"), ("cancelled", "cancelled")],
                default="pending",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="effectrun",
            name="step",
            field=models.CharField(max_length=40, verbose_name="step"),
        ),
        migrations.AlterField(
            model_name="instance",
            name="ended_at",
            field=models.DateTimeField(null=True, verbose_name="ended"),
        ),
        migrations.AlterField(
            model_name="instance",
            name="has_error",
            field=flowtic.core.fields.FlagField(default=False, verbose_name="has an error"),
        ),
        migrations.AlterField(
            model_name="instance",
            name="moved_at",
            field=models.DateTimeField(verbose_name="last step"),
        ),
        migrations.AlterField(
            model_name="instance",
            name="number",
            field=models.PositiveIntegerField(default=1, verbose_name="number"),
        ),
        migrations.AlterField(
            model_name="instance",
            name="reason",
            field=models.CharField(blank=True, max_length=500, verbose_name="reason"),
        ),
        migrations.AlterField(
            model_name="instance",
            name="rev",
            field=models.PositiveIntegerField(default=0, verbose_name="revision"),
        ),
        migrations.AlterField(
            model_name="instance",
            name="started_at",
            field=models.DateTimeField(verbose_name="started"),
        ),
        migrations.AlterField(
            model_name="instance",
            name="state",
            field=models.JSONField(default=dict, verbose_name="state"),
        ),
        migrations.AlterField(
            model_name="instance",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="instances",
                to="desk.ticket",
                verbose_name="ticket",
            ),
        ),
        migrations.AlterField(
            model_name="instance",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="instances",
                to="workflows.workflowversion",
                verbose_name="version",
            ),
        ),
        migrations.AlterField(
            model_name="stepday",
            name="completed",
            field=models.PositiveIntegerField(default=0, verbose_name="completed steps"),
        ),
        migrations.AlterField(
            model_name="stepday",
            name="day",
            field=models.DateField(verbose_name="day"),
        ),
        migrations.AlterField(
            model_name="stepday",
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
            model_name="stepday",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AlterField(
            model_name="stepday",
            name="step",
            field=models.CharField(blank=True, max_length=40, verbose_name="step"),
        ),
        migrations.AlterField(
            model_name="stepday",
            name="touched_seconds",
            field=models.BigIntegerField(default=0, verbose_name="seconds of work"),
        ),
        migrations.AlterField(
            model_name="stepday",
            name="waited_seconds",
            field=models.BigIntegerField(default=0, verbose_name="seconds of waiting"),
        ),
        migrations.AlterField(
            model_name="stepday",
            name="workflow",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflows.workflow",
                verbose_name="workflow",
            ),
        ),
        migrations.AlterField(
            model_name="timer",
            name="due_at",
            field=models.DateTimeField(verbose_name="due"),
        ),
        migrations.AlterField(
            model_name="timer",
            name="instance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="timers",
                to="workflows.instance",
                verbose_name="run",
            ),
        ),
        migrations.AlterField(
            model_name="timer",
            name="key",
            field=models.CharField(max_length=120, verbose_name="key"),
        ),
        migrations.AlterField(
            model_name="timer",
            name="name",
            field=models.CharField(max_length=20, verbose_name="kind"),
        ),
        migrations.AlterField(
            model_name="timer",
            name="set_at",
            field=models.DateTimeField(verbose_name="set at"),
        ),
        migrations.AlterField(
            model_name="timer",
            name="spec",
            field=models.JSONField(default=dict, verbose_name="rule of the timer"),
        ),
        migrations.AlterField(
            model_name="timer",
            name="step",
            field=models.CharField(max_length=40, verbose_name="step"),
        ),
        migrations.AlterField(
            model_name="workflow",
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
            model_name="workflow",
            name="draft_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="draft saved"),
        ),
        migrations.AlterField(
            model_name="workflow",
            name="draft_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="draft by",
            ),
        ),
        migrations.AlterField(
            model_name="workflow",
            name="live",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflows.workflowversion",
                verbose_name="version in use",
            ),
        ),
        migrations.AlterField(
            model_name="workflowrule",
            name="workflow",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rules",
                to="workflows.workflow",
                verbose_name="workflow",
            ),
        ),
        migrations.AlterField(
            model_name="workflowversion",
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
            model_name="workflowversion",
            name="digest",
            field=models.CharField(max_length=64, verbose_name="fingerprint"),
        ),
        migrations.AlterField(
            model_name="workflowversion",
            name="document",
            field=models.JSONField(verbose_name="definition"),
        ),
        migrations.AlterField(
            model_name="workflowversion",
            name="note",
            field=models.CharField(blank=True, max_length=500, verbose_name="note"),
        ),
        migrations.AlterField(
            model_name="workflowversion",
            name="number",
            field=models.PositiveIntegerField(verbose_name="number"),
        ),
        migrations.AlterField(
            model_name="workflowversion",
            name="published_at",
            field=models.DateTimeField(verbose_name="published"),
        ),
        migrations.AlterField(
            model_name="workflowversion",
            name="workflow",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="workflows.workflow",
                verbose_name="workflow",
            ),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="assigned_reason",
            field=models.JSONField(default=dict, verbose_name="why this person"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="assignee",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assignee",
            ),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="attempts",
            field=models.PositiveIntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="claimed_at",
            field=models.DateTimeField(null=True, verbose_name="claimed"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="completed_at",
            field=models.DateTimeField(null=True, verbose_name="completed"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="completed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="completed by",
            ),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="created_at",
            field=models.DateTimeField(verbose_name="created"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="data",
            field=models.JSONField(default=dict, verbose_name="details"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="department",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.department",
                verbose_name="department",
            ),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="error",
            field=models.CharField(blank=True, max_length=1000, verbose_name="error"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="instance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="workflows.instance",
                verbose_name="run",
            ),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="key",
            field=models.CharField(max_length=120, verbose_name="key"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="lease_until",
            field=models.DateTimeField(null=True, verbose_name="lease until"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="level",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="level"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="note",
            field=models.TextField(blank=True, verbose_name="note"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="part",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="part of the step"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="role",
            field=models.CharField(blank=True, max_length=10, verbose_name="role"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="skill",
            field=flowtic.core.fields.IdentityField(blank=True, max_length=40, verbose_name="skill"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="strategy",
            field=models.CharField(blank=True, max_length=20, verbose_name="strategy"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="work_items",
                to="desk.ticket",
                verbose_name="ticket",
            ),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="topic",
            field=flowtic.core.fields.IdentityField(blank=True, max_length=60, verbose_name="topic"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="version",
            field=models.PositiveIntegerField(default=1, verbose_name="version"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="worker",
            field=models.CharField(blank=True, max_length=100, verbose_name="worker"),
        ),
    ]
