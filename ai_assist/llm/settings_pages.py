"""What the administration's pages about language models show."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Department, User
from ai_assist import breaker, budget
from ai_assist import providers as clients
from ai_assist.llm import names
from ai_assist.masking import Masker
from ai_assist.models import DayUsage, DepartmentSetting, FeatureSetting, Provider, Suggestion
from ai_assist.providers import Call, ProviderError
from ai_assist.queries import settings
from flowtic.core.actor import Actor
from flowtic.core.secrets import decrypt

DAYS, PEOPLE = 14, 10
TEST_TOKENS = 16


class NoAnswer(Exception):
    """The test of a connection failed; the text says why."""


@dataclass(frozen=True)
class ProviderRow:
    provider: Provider
    features: list[str]
    models: list[str]
    trouble: str

    @property
    def has_key(self) -> bool:
        return bool(self.provider.api_key_encrypted)


def providers_of(actor: Actor) -> Sequence[Provider]:
    return list(Provider.objects.visible_to(actor).prefetch_related("features"))


def providers(actor: Actor) -> list[ProviderRow]:
    """All of them with what asks them, and whether they answer."""
    rows = []
    for row in providers_of(actor):
        used = list(row.features.all())
        models = sorted({feature.model for feature in used if feature.model})
        rows.append(ProviderRow(row, [one.get_feature_display() for one in used], models, breaker.why(row)))
    return rows


def features() -> list[FeatureSetting]:
    """Every feature, also those that nobody set up yet."""
    known = {row.feature: row for row in FeatureSetting.objects.select_related("provider")}
    return [known.get(value) or FeatureSetting(feature=value) for value in Suggestion.Feature.values]


def feature(name: str) -> FeatureSetting | None:
    return next((row for row in features() if row.feature == name), None)


def days() -> list[DayUsage]:
    return list(DayUsage.objects.filter(person_key=budget.ALL).order_by("-day")[:DAYS])


def people_today() -> list[tuple[str, DayUsage]]:
    """Who used most today."""
    rows = list(DayUsage.objects.filter(day=budget.today(), person_key__gt=0).order_by("-tokens")[:PEOPLE])
    known = dict(User.objects.filter(pk__in=[row.person_key for row in rows]).values_list("pk", "name"))
    return [(known.get(row.person_key, "?"), row) for row in rows]


def departments(actor: Actor) -> list[tuple[Department, DepartmentSetting]]:
    """Every department with its setting, the usual one where nobody set any."""
    known = {row.department_id: row for row in DepartmentSetting.objects.all()}
    rows = Department.objects.visible_to(actor).active()
    return [(row, known.get(row.pk) or DepartmentSetting(department=row)) for row in rows]


def masked(text: str) -> str:
    """The text as it would leave, with today's settings."""
    limits = settings()
    return Masker(limits.masking, known=names.everybody(), words=map(str, limits.masked_words)).mask(text)


def test(actor: Actor, provider: Provider, model: str) -> str:
    """One small question, outside the budget of features but counted in it. Raises NoAnswer with the reason."""
    used = sorted({row.model for row in provider.features.all() if row.model})
    model = model.strip()[:120] or (used[0] if used else "")
    if not model:
        raise NoAnswer(_("Give the name of a model to test with."))
    key = decrypt(provider.api_key_encrypted)
    if key is None:
        raise NoAnswer(_("The key of the language model cannot be read any more; enter it again."))
    question = [{"role": "user", "content": "Answer with the word OK."}]
    try:
        taken = budget.reserve(actor, tokens=100, cost=budget.NOTHING)
        answer = clients.client().complete(Call(provider.base_url, key, model, question, TEST_TOKENS, provider.timeout))
    except budget.BudgetUsedUp as error:
        raise NoAnswer(error.message) from None
    except ProviderError as error:
        budget.settle(actor, taken, tokens=0, cost=budget.NOTHING)
        raise NoAnswer(error.sentence) from None
    budget.settle(actor, taken, tokens=(answer.tokens_in + answer.tokens_out) or 30, cost=budget.NOTHING)
    breaker.succeeded(provider)
    return _("%(model)s answers: “%(text)s”.") % {"model": model, "text": answer.text.strip()[:60]}
