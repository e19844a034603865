# Names of fields in Django admin, in the reader's language; no change of a table.

from django.db import migrations, models

import flowtic.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_working_time"),
    ]

    operations = [
        migrations.AlterField(
            model_name="approveddomain",
            name="departments",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="accounts.department", verbose_name="departments"
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="created_at",
            field=models.DateTimeField(default=flowtic.core.clock.now, editable=False, verbose_name="created"),
        ),
        migrations.AlterField(
            model_name="user",
            name="decision_reason",
            field=models.CharField(blank=True, editable=False, max_length=500, verbose_name="reason of the decision"),
        ),
        migrations.AlterField(
            model_name="user",
            name="last_active_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="last here"),
        ),
    ]
