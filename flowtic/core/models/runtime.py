from django.db import models

from flowtic.core.fields import IdentityField


class Counter(models.Model):
    """The last number handed out under a name."""

    name = IdentityField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"


class Lease(models.Model):
    """Who may do a thing that only one process may do at a time (relay, sealer, schedule)."""

    name = IdentityField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=60, blank=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder} until {self.until}"
