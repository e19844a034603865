from django.db import migrations, models

import ai_assist.models.settings


class Migration(migrations.Migration):
    dependencies = [("ai_assist", "0001_initial")]

    operations = [
        migrations.AlterField(
            "assistsettings",
            "masking",
            models.JSONField(blank=True, default=ai_assist.models.settings.default_masking),
        ),
    ]
