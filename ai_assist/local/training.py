"""One training: reads the desk's closed tickets, learns every target, judges it, and puts it in use if it is good."""

import gc
from typing import Any

import structlog

from ai_assist.commands import training as commands
from ai_assist.local import duplicates, learning, store
from ai_assist.local.duration import TARGET as DURATION
from ai_assist.local.duration import learn_durations
from ai_assist.local.examples import Example, Split, split
from ai_assist.local.learning import Judged, Material, TooLittle
from ai_assist.local.textmodel import TextModel
from ai_assist.local.tickets import TARGETS, closed_count, examples
from ai_assist.models import AssistSettings, LearnedModel
from flowtic.core.actor import Actor

log = structlog.get_logger("flowtic.assist")

State = LearnedModel.State
LANGUAGES = ("de", "en")
# A model for one language is tried with so many tickets of it, and used when it is right so much more often.
LEAST_OF_LANGUAGE, LEAST_THRESHOLDS, MOST_SHARE, PAYS = 400, 60, 0.85, 0.02
# A model is clearly worse than the live one by so much, and by two standard errors.
WORSE = 0.02
LEAST_TESTED = 20


def train_all(actor: Actor, *, started_by: Any = None) -> dict[str, str]:
    """Learns everything; returns by target what came of it: live, kept back, too_little, failed."""
    commands.give_up_unfinished(actor)
    result = {DURATION: _durations(actor, started_by)}
    row = AssistSettings.objects.filter(pk=1).first() or AssistSettings(pk=1)
    count = closed_count()
    if count < row.least_tickets:
        for target in TARGETS:
            model = commands.begin_model(actor, target=target, started_by=started_by)
            commands.fail_model(actor, model, state=State.TOO_LITTLE, error=f"{count}/{row.least_tickets}")
            result[target] = State.TOO_LITTLE.value
        return result
    known = list(examples())
    duplicates.mark(known)
    run = Run(actor, split(known), started_by)
    del known
    for target in TARGETS:
        result[target] = run.train(target)
    del run
    gc.collect()
    log.info("training_done", **result)
    return result


def _durations(actor: Actor, started_by: Any) -> str:
    model = commands.begin_model(actor, target=DURATION, started_by=started_by)
    try:
        found = learn_durations()
    except Exception as error:
        log.exception("training_failed", target=DURATION)
        commands.fail_model(actor, model, state=State.FAILED, error=f"{type(error).__name__}: {error}")
        return State.FAILED.value
    if found is None:
        commands.fail_model(actor, model, state=State.TOO_LITTLE, error="")
        return State.TOO_LITTLE.value
    commands.finish_model(
        actor, model, live=True, rows=found.rows, classes=found.groups, scores=found.scores, parameters=found.parameters
    )
    return "live"


class Run:
    """The text models of one training; what they share is computed once."""

    def __init__(self, actor: Actor, parts: Split, started_by: Any) -> None:
        self.actor, self.parts, self.started_by = actor, parts, started_by
        self.material = Material(parts)

    def train(self, target: str) -> str:
        """The model of all languages, then one for each language that pays."""
        row = commands.begin_model(self.actor, target=target, started_by=self.started_by)
        model = self._learn(row, target, "")
        if model is None:
            row.refresh_from_db()
            return str(row.state)
        live = self._finish(row, model, target, self.parts.test)
        for language in LANGUAGES:
            self._language(target, language)
        return "live" if live else "kept back"

    def _learn(self, row: LearnedModel, target: str, language: str) -> TextModel | None:
        try:
            return self.material.learn(target, language)
        except TooLittle:
            commands.fail_model(self.actor, row, state=State.TOO_LITTLE, error="values")
        except Exception as error:
            log.exception("training_failed", target=target, language=language)
            commands.fail_model(self.actor, row, state=State.FAILED, error=f"{type(error).__name__}: {error}")
        return None

    def _finish(self, row: LearnedModel, model: TextModel, target: str, test: Any) -> bool:
        """Writes file and row; False when the model that answered so far goes on."""
        seen = learning.judge(model, target, test)
        scores = learning.scores(seen, model.threshold)
        reason = _kept_back(seen, scores, _live_model(target, row.language), target, test)
        if reason:
            scores["kept_back"] = reason
        language = row.language or "all"
        name = f"{target}-{language}-{row.version}.skops"
        digest, size = store.write(name, model)
        unneeded = commands.finish_model(
            self.actor,
            row,
            live=not reason,
            file=name,
            sha256=digest,
            size=size,
            rows=sum(_counts(example, target, row.language) for example in self.material.examples),
            classes=len(model.values),
            scores=scores,
            parameters={
                "threshold": model.threshold,
                "temperature": round(model.temperature, 4),
                "values": model.values,
                "split": [len(self.parts.train), len(self.parts.threshold), len(self.parts.test)],
            },
        )
        for file in unneeded:
            store.remove(file)
        return not reason

    def _language(self, target: str, language: str) -> None:
        """A model of one language where it answers tickets of that language better than the one of all."""
        known = self.material.examples
        rows = sum(_counts(example, target, language) for example in known)
        chosen = learning.in_language(self.parts.threshold, language)
        few = rows < LEAST_OF_LANGUAGE or len(chosen) < LEAST_THRESHOLDS
        if few or rows > MOST_SHARE * len(known):
            commands.retire_models(self.actor, target=target, language=language)
            return
        row = commands.begin_model(self.actor, target=target, language=language, started_by=self.started_by)
        model = self._learn(row, target, language)
        if model is None:
            return
        alone, together = self._compared(target, language)
        if alone < together + PAYS:
            commands.retire_models(self.actor, target=target, language=language)
            said = f"does not pay: {alone:.3f} alone, {together:.3f} with all languages"
            commands.fail_model(self.actor, row, state=State.TOO_LITTLE, error=said)
            return
        self._finish(row, model, target, learning.in_language(self.parts.test, language))

    def _compared(self, target: str, language: str) -> tuple[float, float]:
        """How often the model of the language and that of all were right about the same tickets, unseen by either."""
        alone, together = self.material.hits[target, language], self.material.hits[target, ""]
        both = alone.keys() & together.keys()
        right = [sum(hits[key] for key in both) / max(len(both), 1) for hits in (alone, together)]
        return right[0], right[1]


def _counts(example: Example, target: str, language: str) -> bool:
    return example.labels.get(target) is not None and language in ("", example.language)


def _live_model(target: str, language: str) -> TextModel | None:
    row = LearnedModel.objects.filter(target=target, language=language, live=True).first()
    return store.model_of(row) if row else None


def _kept_back(seen: Judged, scores: dict[str, Any], live: TextModel | None, target: str, test: Any) -> str:
    """Why the model must not answer; "" when it may. The live one is asked the same questions."""
    if live is None:
        worthless = len(seen.truth) >= LEAST_TESTED and scores["accuracy"] < scores["majority"]
        return "worse than always the same answer" if worthless else ""
    before = learning.judge(live, target, test)
    lost = sum(old and not new for old, new in zip(before.right, seen.right, strict=True))
    won = sum(new and not old for old, new in zip(before.right, seen.right, strict=True))
    scores["before"] = round(sum(before.right) / len(before.right), 4) if before.right else None
    if lost - won > max(WORSE * len(seen.truth), 2 * (lost + won) ** 0.5):
        return f"clearly worse than the live one: {scores['accuracy']:.3f} after {scores['before']:.3f}"
    return ""
