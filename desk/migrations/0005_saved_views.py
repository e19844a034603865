from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_verbose_names")]

    operations = []
