"""What a machine proposes to whoever works a ticket, and what became of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, actor: Actor) -> "SuggestionQuerySet":
        """Those of tickets that the actor works, and what the actor asked for beside any ticket."""
        if not (actor.can_work or actor.is_system):
            return self.none()
        if actor.is_system:
            return self
        own = models.Q(ticket=None, asked_by=actor.user)
        if actor.works_in_every_department:
            return self.filter(own | models.Q(ticket__isnull=False))
        return self.filter(own | models.Q(ticket__in=Ticket.objects.internal_to(actor).values("pk")))

    def shown(self) -> "SuggestionQuerySet":
        """Without those made in watch mode, which only count for the statistics."""
        return self.exclude(mode=Suggestion.Mode.WATCH)

    def undecided(self) -> "SuggestionQuerySet":
        return self.filter(state=Suggestion.State.READY, outcome=Suggestion.Outcome.OPEN)

    def lock(self, pk: int) -> "Suggestion":
        return self.select_for_update().get(pk=pk)


class Suggestion(models.Model):
    """Changed only by ai_assist.commands."""

    class Feature(models.TextChoices):
        CLASSIFY = "classify", _("Classification")
        REPLY = "reply", _("Reply")
        SUMMARY = "summary", _("Summary")
        REWRITE = "rewrite", _("Rewriting")
        ANSWER = "answer", _("Question to the knowledge base")
        ARTICLE = "article", _("Article draft")
        FORM = "form", _("Form draft")
        WORKFLOW = "workflow", _("Workflow draft")

    class Engine(models.TextChoices):
        RULES = "rules", _("Rules")
        LOCAL = "local", _("Own history")
        LLM = "llm", _("Language model")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        GROWING = "growing", _("being written")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    class Mode(models.TextChoices):
        """How far a field's suggestions are trusted (see Trust)."""

        WATCH = "watch", _("Watch")
        SUGGEST = "suggest", _("Suggest")
        FILL = "fill", _("Fill in")

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        CHANGED = "changed", _("changed to something else")
        DISMISSED = "dismissed", _("dismissed")
        IGNORED = "ignored", _("ignored")
        # A newer suggestion or a newer change of the field took its place before anybody decided.
        SUPERSEDED = "superseded", _("superseded")

    key = IdentityField(max_length=32, unique=True)
    feature = models.CharField(max_length=10, choices=Feature)
    # department, priority, request_type for classifications, else "".
    field = models.CharField(max_length=30, blank=True)
    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, null=True, related_name="suggestions")
    # What else it is about (an article, a workflow): label of the model and key.
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    language = models.CharField(max_length=5, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.READY)
    mode = models.CharField(max_length=7, choices=Mode, default=Mode.SUGGEST)

    # Plain JSON values: primary keys and keys, never objects.
    value = models.JSONField(null=True)
    before = models.JSONField(null=True)
    text = models.TextField(blank=True)
    confidence = models.FloatField(null=True)
    # [{"code": "words", "words": ["VPN", "Zertifikat"]}, {"code": "similar", "tickets": [12, 15]}, ...]; put into
    # words in the reader's language by ai_assist.words.
    reasons = models.JSONField(default=list)
    # [{"n": 1, "kind": "article" | "ticket", "id": 7}, ...]; titles are read when shown, under the reader's rights.
    sources = models.JSONField(default=list)
    # Other values with their confidence, or what the person asked for (tone, instruction, question).
    options = models.JSONField(default=dict)
    engine = models.CharField(max_length=5, choices=Engine)
    engine_version = models.CharField(max_length=80, blank=True)
    # ticket.field_versions[field] when it was made: a newer change by a person wins.
    field_version = models.PositiveIntegerField(default=0)
    # A digest of what it was made from: a summary is out of date when it differs.
    input_hash = models.CharField(max_length=64, blank=True)
    error = models.CharField(max_length=300, blank=True)

    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    outcome_value = models.JSONField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # 1 thumb up, -1 thumb down.
    rating = models.SmallIntegerField(null=True)
    rating_note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "feature", "field", "id"], name="suggestion_ticket"),
            models.Index(fields=["field", "decided_at"], name="suggestion_decided"),
            models.Index(fields=["state", "created_at"], name="suggestion_state"),
            models.Index(fields=["subject_type", "subject_id"], name="suggestion_subject"),
        ]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")

    def __str__(self) -> str:
        return f"{self.feature} {self.field or self.key}"
