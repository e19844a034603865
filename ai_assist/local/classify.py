"""Department, priority and request type of a ticket, by the live models."""

from ai_assist.local import store
from ai_assist.local.examples import MAX_TEXT
from ai_assist.local.similar import without_mail
from ai_assist.local.textmodel import TextModel
from ai_assist.local.tickets import TARGETS, extra_of
from ai_assist.models import LearnedModel
from ai_assist.results import Guess
from desk.models import Ticket

ENGINE = "local"
MOST_OTHERS = 3
LEAST_OTHER = 0.02


def guesses(ticket: Ticket) -> list[Guess]:
    """One for each target that has a live model with a usable file.

    A guess below the confidence from which the model was right nine times of ten when it was measured carries the
    reason {"code": "unsure"}: it is one of several possibilities, not an answer.
    """
    found = []
    for target, row in live_rows(ticket.language).items():
        model = store.model_of(row)
        if model is not None:
            found.append(_guess(ticket, target, row, model))
    return found


def live_rows(language: str) -> dict[str, LearnedModel]:
    """By target the live model of the language, else the one of all languages."""
    rows = LearnedModel.objects.filter(live=True, target__in=TARGETS, language__in={language, ""})
    best: dict[str, LearnedModel] = {}
    # Newest last: it wins, and a language of its own wins over all.
    for row in sorted(rows, key=lambda row: (bool(row.language), row.version)):
        best[row.target] = row
    return {target: best[target] for target in TARGETS if target in best}


def is_sure(guess: Guess) -> bool:
    """Whether the model was right nine times of ten with answers like this one."""
    return not any(reason.get("code") == "unsure" for reason in guess.reasons)


def _guess(ticket: Ticket, target: str, row: LearnedModel, model: TextModel) -> Guess:
    text = f"{ticket.subject}\n{ticket.description}"[:MAX_TEXT]
    ranked = model.ranked(text, extra_of(ticket))
    value, confidence = ranked[0]
    reasons: list[dict[str, object]] = []
    words = model.telling_words(without_mail(text), value)
    if words:
        reasons.append({"code": "words", "words": words})
    if model.threshold is None or confidence < model.threshold:
        reasons.append({"code": "unsure", "threshold": model.threshold})
    return Guess(
        field=target,
        value=value,
        confidence=round(confidence, 4),
        engine=ENGINE,
        engine_version=f"{row.version} {row.language}".strip(),
        reasons=reasons,
        others=[(other, round(share, 4)) for other, share in ranked[1 : MOST_OTHERS + 1] if share >= LEAST_OTHER],
    )
