from django.db import IntegrityError, transaction
from django.db.models import F

from flowtic.core.models import Counter


def take(name: str, amount: int = 1) -> int:
    """The first of `amount` fresh numbers under `name`. Inside a transaction only: its lock orders the takers."""
    if not Counter.objects.filter(pk=name).update(value=F("value") + amount):
        try:
            with transaction.atomic():
                Counter.objects.create(name=name, value=amount)
            return 1
        except IntegrityError:
            Counter.objects.filter(pk=name).update(value=F("value") + amount)
    return Counter.objects.values_list("value", flat=True).get(pk=name) - amount + 1
