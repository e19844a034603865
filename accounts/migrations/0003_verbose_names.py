# Names of fields in Django admin, in the reader's language; no change of a table.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_working_time"),
    ]

    operations = []
