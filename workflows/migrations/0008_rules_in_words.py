"""Why a rule failed or paused, by source and parameters: read in the reader's language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0007_automation")]

    operations = [
        migrations.AddField(
            "automationrule",
            "pause_said",
            models.JSONField(blank=True, default=dict, verbose_name="why it is paused, by its parts"),
        ),
        migrations.AddField(
            "automationrun",
            "said",
            models.JSONField(blank=True, default=dict, verbose_name="error, by its parts"),
        ),
    ]
