from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="workflow",
            name="leads_publish",
            field=models.BooleanField(default=False, verbose_name="its department’s leads may publish"),
        ),
    ]
