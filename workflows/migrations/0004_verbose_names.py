# Names of fields in Django admin, in the reader's language; no change of a table.

from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_verbose_names"),
        ("desk", "0004_verbose_names"),
        ("workflows", "0003_proposal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = []
