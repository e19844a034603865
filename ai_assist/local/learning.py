"""Learning one field from examples, and judging the result on examples that it has not seen."""

import math
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ai_assist.local import metrics
from ai_assist.local.examples import Example, Split
from ai_assist.local.textmodel import TextModel, softmax
from ai_assist.local.vectors import Vocabulary, learn_vocabulary

if TYPE_CHECKING:
    import numpy as np

LEAST_ROWS = 3  # of a value in training: rarer ones are not predicted
LEAST_ABOVE = 30  # examples above a threshold before it is believed
PRECISION = 0.9
# Parts of the same months flatter: of tickets apart from them 2 to 4 of 100 fewer sure answers were right.
CROSSED_PRECISION = 0.92
C = 0.4
BALANCE = 0.15  # rows of a value that is so many times rarer than the most frequent one count that power of it
# Up to so many rows each is answered for by models that have not seen it: no row has to be kept from learning for the
# thresholds.
MOST_CROSSED = 6000
# From so many rows on, up to so many rows times values, the regularisation is the one that was right most often.
LEAST_COMPARED, MOST_COMPARED, CHOICES = 500, 100_000, (C, 0.2, 1.0)
LEAST_IN_GROUP, GROUPS, SUREST = 25, 12, 0.99  # of the curve of confidence
FOLDS = 5
PIECE = 512  # rows whose margins are computed at once


class TooLittle(Exception):
    """Not two values with enough examples."""


@dataclass
class Judged:
    """What a model answered to examples, best first, and how sure it was."""

    truth: list[Any]
    ranked: list[list[Any]]
    confidence: list[float]

    @property
    def right(self) -> list[bool]:
        return [row[0] == value for row, value in zip(self.ranked, self.truth, strict=True)]


@dataclass
class Apart:
    """Margins of rows under models that did not learn from them, and the numbers of their right values; -1 for a value
    that the model does not know."""

    scores: "np.ndarray"
    numbers: list[int]

    @property
    def right(self) -> list[bool]:
        best = self.scores.argmax(axis=1) if self.numbers else ()
        return [int(at) == number for at, number in zip(best, self.numbers, strict=True)]

    def joined(self, other: "Apart") -> "Apart":
        import numpy as np

        return Apart(np.vstack([self.scores, other.scores]), [*self.numbers, *other.numbers])


class Material:
    """The examples to learn from as numbers, made once for all targets and languages."""

    def __init__(self, parts: Split) -> None:
        self.parts = parts
        self.crossed = len(parts.train) + len(parts.threshold) <= MOST_CROSSED
        self.examples = [*parts.train, *parts.threshold] if self.crossed else parts.train
        self.vocabulary = learn_vocabulary(self.examples)
        self.matrix = self.vocabulary.matrix(self.examples)
        self.vocabulary.forget_cache()
        # By target and language: which examples, by identity, were answered rightly by a model that had not seen them.
        self.hits: dict[tuple[str, str], dict[int, bool]] = {}

    def learn(self, target: str, language: str = "") -> TextModel:
        """A model of that label with temperature and threshold. Raises TooLittle."""
        rows = _learnable(target, language, self.examples)
        labels = [self.examples[row].labels[target] for row in rows]
        whole = len(rows) == len(self.examples)
        # The copy for some rows is made in the precision that is needed anyway, so that there is only one.
        matrix = self.matrix if whole else self.matrix[rows].astype("float64")
        apart, strength = _strongest(self.vocabulary, matrix, labels) if self.crossed else (None, C)
        model = fit(self.vocabulary, matrix, labels, strength)
        asked = self._unseen(target, language, set(rows))
        seen = answers(model, target, asked)
        if apart is not None:
            asked = [*asked, *(self.examples[row] for row in rows)]
            seen = seen.joined(apart)
        tune(model, seen, CROSSED_PRECISION if self.crossed else PRECISION)
        self.hits[target, language] = dict(zip(map(id, asked), seen.right, strict=True))
        return model

    def _unseen(self, target: str, language: str, rows: set[int]) -> list[Example]:
        """Those with the label that the model does not learn from: the threshold part, or values that are too rare."""
        rest = [example for at, example in enumerate(self.examples) if at not in rows]
        asked = in_language(rest if self.crossed else self.parts.threshold, language)
        return [example for example in asked if example.labels.get(target) is not None]


def in_language(examples: Sequence[Example], language: str) -> Sequence[Example]:
    """All of them for ""."""
    return [example for example in examples if example.language == language] if language else examples


def _learnable(target: str, language: str, examples: Sequence[Example]) -> list[int]:
    """Places of the examples that can be learned from. Raises TooLittle."""
    labels = [example.labels.get(target) if language in ("", example.language) else None for example in examples]
    counts = Counter(label for label in labels if label is not None)
    rows = [row for row, label in enumerate(labels) if label is not None and counts[label] >= LEAST_ROWS]
    if len({labels[row] for row in rows}) < 2:
        raise TooLittle(target)
    return rows


def fit(vocabulary: Vocabulary, matrix: Any, labels: Sequence[Any], strength: float = C) -> TextModel:
    """One linear support vector machine per value, each against the rest."""
    import numpy as np
    from sklearn.exceptions import ConvergenceWarning  # type: ignore[import-untyped]
    from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

    values = sorted(set(labels), key=str)
    numbers = {value: number for number, value in enumerate(values)}
    # A closer fit takes several times as long and answers the same.
    machine = LinearSVC(C=strength, tol=0.1, max_iter=60, random_state=0, class_weight=_balanced(labels, numbers))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(matrix, np.array([numbers[label] for label in labels]))
    weights, intercepts = machine.coef_, machine.intercept_
    if len(values) == 2:  # one machine decides between two values
        weights, intercepts = np.vstack([-weights, weights]), np.concatenate([-intercepts, intercepts])
    return TextModel(
        vocabulary,
        np.ascontiguousarray(weights.T, dtype=np.float32),
        intercepts.astype(np.float32),
        values,
    )


def _balanced(labels: Sequence[Any], numbers: dict[Any, int]) -> dict[int, float]:
    """What a row of each value counts, 1 in the mean: a little more for rare values, which are else hardly ever said;
    as much as all others together (the usual balance) would spoil how sure the answers are."""
    counts = Counter(labels)
    most = max(counts.values())
    weights = {value: (most / number) ** BALANCE for value, number in counts.items()}
    mean = sum(weights[value] * number for value, number in counts.items()) / len(labels)
    return {numbers[value]: weight / mean for value, weight in weights.items()}


def _strongest(vocabulary: Vocabulary, matrix: Any, labels: Sequence[Any]) -> tuple[Apart, float]:
    """Every row under models that have not seen it, with the regularisation that was right most often: another one
    than C only where that is more than chance (one standard error of the rows on which the two differ)."""
    values = sorted(set(labels), key=str)
    best, chosen = folded(vocabulary, matrix, labels, values, CHOICES[0]), CHOICES[0]
    compared = len(labels) >= LEAST_COMPARED and len(labels) * len(values) <= MOST_COMPARED
    for strength in CHOICES[1:] if compared else ():
        other = folded(vocabulary, matrix, labels, values, strength)
        won, lost = _differ(other.right, best.right)
        if won - lost > math.sqrt(won + lost):
            best, chosen = other, strength
    return best, chosen


def _differ(one: Sequence[bool], other: Sequence[bool]) -> tuple[int, int]:
    """(right only in the first, right only in the second)."""
    pairs = list(zip(one, other, strict=True))
    return sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs)


def _spread(labels: Sequence[Any]) -> "np.ndarray":
    """The part of each row: every value in all parts, whatever the order of the rows."""
    import numpy as np

    seen: Counter[Any] = Counter()
    parts = []
    for label in labels:
        parts.append((seen[label] + len(str(label))) % FOLDS)
        seen[label] += 1
    return np.array(parts)


def folded(
    vocabulary: Vocabulary, matrix: Any, labels: Sequence[Any], values: Sequence[Any], strength: float = C
) -> Apart:
    """What models that have not seen them say to the training rows: these tell how sure the answers may be. Such a
    model knows a fifth less, so it promises too little rather than too much."""
    import numpy as np

    scores = np.empty((len(labels), len(values)))
    parts = _spread(labels)
    for part in range(FOLDS):
        inside = parts == part
        known = [label for label, held in zip(labels, inside, strict=True) if not held]
        if len(set(known)) < 2:
            continue
        model = fit(vocabulary, matrix[~inside], known, strength)
        found = matrix[inside] @ model.weights + model.intercepts
        # A value that none of the others has is answered last.
        scores[inside] = found.min(axis=1, keepdims=True) - 1
        scores[np.ix_(inside, [values.index(value) for value in model.values])] = found
    return Apart(scores, [values.index(label) for label in labels])


def tune(model: TextModel, apart: Apart, precision: float = PRECISION) -> None:
    """Sets temperature, curve and threshold by what was said of examples that had not been learned from."""
    import numpy as np

    known = np.array([number >= 0 for number in apart.numbers], dtype=bool)
    if known.any():
        model.temperature = _temperature(apart.scores[known], [number for number in apart.numbers if number >= 0])
    right = apart.right
    model.curve = _curve(right, _confidence(model, apart))
    found = metrics.threshold_for(right, _confidence(model, apart), precision, LEAST_ABOVE)
    # Where everything was right the confidences are all nearly 1, and which of them is the lowest tells nothing.
    model.threshold = min(found[0], SUREST) if found else None


def answers(model: TextModel, target: str, examples: Sequence[Example]) -> Apart:
    """What the model says to examples that carry the label."""
    numbers = {value: number for number, value in enumerate(model.values)}
    return Apart(margins(model, examples), [numbers.get(example.labels[target], -1) for example in examples])


def _confidence(model: TextModel, apart: Apart) -> list[float]:
    if not apart.numbers:
        return []
    best = apart.scores.argmax(axis=1)
    return [float(row[at]) for row, at in zip(model.confidences(apart.scores), best, strict=True)]


def _curve(right: Sequence[bool], confidence: Sequence[float]) -> list[list[float]]:
    """How often answers were right, by how sure they were: means of groups, neighbours pooled until they rise."""
    if len(right) < 2 * LEAST_IN_GROUP:
        return []
    rows = sorted(zip(confidence, right, strict=True))
    number = min(GROUPS, len(rows) // LEAST_IN_GROUP)
    pooled: list[tuple[float, float, int]] = []  # sums of confidence and of right answers, rows
    for group in range(number):
        part = rows[len(rows) * group // number : len(rows) * (group + 1) // number]
        pooled.append((sum(sure for sure, _ in part), sum(hit for _, hit in part), len(part)))
        while len(pooled) > 1 and pooled[-2][1] * pooled[-1][2] >= pooled[-1][1] * pooled[-2][2]:
            last, before = pooled.pop(), pooled.pop()
            pooled.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    points = [[sure / size, hits / size] for sure, hits, size in pooled]
    return [[0.0, 0.0], *points, [1.0, max(points[-1][1], SUREST)]]


def _temperature(scores: "np.ndarray", numbers: Sequence[int]) -> float:
    """The one under which the right values are least surprising, by golden section on its logarithm."""
    import numpy as np

    rows = np.arange(len(numbers))

    def surprise(logarithm: float) -> float:
        chances = softmax(scores, float(np.exp(logarithm)))[rows, numbers]
        return float(-np.log(np.maximum(chances, 1e-12)).mean())

    low, high, golden = np.log(0.02), np.log(5.0), 0.618034
    for _ in range(40):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if surprise(left) < surprise(right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def margins(model: TextModel, examples: Sequence[Example]) -> "np.ndarray":
    import numpy as np

    pieces = [
        model.vocabulary.matrix(examples[start : start + PIECE]) @ model.weights + model.intercepts
        for start in range(0, len(examples), PIECE)
    ]
    return np.vstack(pieces) if pieces else np.empty((0, len(model.values)))


def judge(model: TextModel, target: str, examples: Sequence[Example]) -> Judged:
    """The model's answers to those examples that carry the label, also to values it does not know."""
    import numpy as np

    given = [example for example in examples if example.labels.get(target) is not None]
    raw = margins(model, given)
    confidences = model.confidences(raw)
    orders = np.argsort(-raw, axis=1, kind="stable")[:, :3]
    return Judged(
        [example.labels[target] for example in given],
        [[model.values[at] for at in order] for order in orders],
        [float(row[order[0]]) for row, order in zip(confidences, orders, strict=True)],
    )


def scores(seen: Judged, threshold: float | None) -> dict[str, Any]:
    """The figures of one model on the test part, rounded, ready to be stored."""
    guessed = [row[0] for row in seen.ranked]
    coverage, precision = metrics.above(seen.right, seen.confidence, threshold)
    most = Counter(seen.truth).most_common(1)
    return {
        "rows": len(seen.truth),
        "majority": round(most[0][1] / len(seen.truth), 4) if most else 0.0,
        "accuracy": round(metrics.accuracy(seen.truth, guessed), 4),
        "top_3": round(metrics.top(seen.truth, seen.ranked, 3), 4),
        "macro_f1": round(metrics.macro_f1(seen.truth, guessed), 4),
        "ece": round(metrics.calibration_error(seen.right, seen.confidence), 4),
        "coverage": round(coverage, 4),
        "precision": None if precision is None else round(precision, 4),
        "recall": {str(value): found for value, found in metrics.recalls(seen.truth, guessed).items()},
    }
