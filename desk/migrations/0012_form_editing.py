from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0011_time_entries")]

    operations = [
        migrations.AddField(
            model_name="formversiondraft",
            name="steps",
            field=models.JSONField(blank=True, default=dict, verbose_name="steps back"),
        ),
    ]
