"""A trained classifier as plain arrays: predicting needs no library but NumPy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ai_assist.local.vectors import FACT, RUN, WORD, Vocabulary

if TYPE_CHECKING:
    import numpy as np

FORMAT = 1
MOST_WORDS_SAID = 5
TRACE = 0.03
# Words of the heads of mails, which tell who wrote and not why, and words that fit every request.
EMPTY = {
    *("received", "from", "sent", "subject", "betreff", "gesendet", "von", "gmail", "com", "www"),
    *("http", "https", "html", "fwd", "mailto", "cid", "image", "png", "jpg"),
    *("issue", "issues", "problem", "problems", "probleme", "problemen", "need", "needs", "needed", "only", "between"),
    *("see", "told", "asked", "able", "unable", "good", "afternoon", "advise", "assist", "let", "know", "one", "two"),
    *("whenever", "recently", "currently", "promptly", "within", "without", "since", "during", "please", "request"),
    *("requests", "requesting", "assistance", "help", "support", "inquiry", "information", "regarding", "concerning"),
    *("attention", "immediate", "potential", "experience", "experiencing", "reported", "report", "seems", "still"),
    *("zwischen", "unserer", "unserem", "unseren", "unsere", "unseres", "ihrer", "ihrem", "meinem", "meiner", "meines"),
    *("dieser", "diesem", "dieses", "wegen", "bezüglich", "seit", "trotz", "ohne", "jedoch", "derzeit", "aktuell"),
    *("kürzlich", "umgehend", "schnell", "erheblich", "erhebliche", "erheblichen", "notwendig", "notwendigen"),
    *("besteht", "bestehen", "lösen", "lösung", "beheben", "hilfe", "benötige", "benötigen", "benötigt", "anfrage"),
    *("unterstützung", "aufmerksamkeit", "angelegenheit", "informationen", "wiederherzustellen", "aufgetreten"),
    *("geht", "gehen", "steht", "laut", "eins", "zwei", "drei", "sollen", "soll", "alle", "alles", "wieder", "heute"),
}
# What machines number things by.
_CODE = re.compile(r"(?=.*\d)[0-9a-f]{6,}")


@dataclass
class TextModel:
    """Weights of every feature for every value.

    Confidence is a softmax with a fitted temperature, then read off a rising curve of how often answers of that
    confidence were right: with many values the softmax alone promises too much.
    """

    vocabulary: Vocabulary
    weights: "np.ndarray"  # features x values, single precision
    intercepts: "np.ndarray"
    values: list[Any]
    temperature: float = 1.0
    # Confidence from which answers counted as sure; None: never sure enough.
    threshold: float | None = None
    # Points (confidence of the softmax, share of right answers), rising; none: the softmax as it is.
    curve: list[list[float]] = field(default_factory=list)

    def confidences(self, margins: "np.ndarray") -> "np.ndarray":
        """Rows of margins as chances that add up to 1; the order of the values stays."""
        import numpy as np

        chances = softmax(margins, self.temperature)
        if not self.curve:
            return chances
        best = chances.max(axis=-1, keepdims=True)
        said, right = zip(*self.curve, strict=True)
        # A little of the softmax keeps the curve rising where it would lie flat.
        honest = (1 - TRACE) * np.interp(best, said, right) + TRACE * best
        rest = np.minimum(chances * (1 - honest) / np.maximum(1 - best, 1e-9), honest)
        return np.where(chances == best, honest, rest)

    def ranked(self, text: str, extra: Sequence[str] = ()) -> list[tuple[Any, float]]:
        """All values with their confidence, best first."""
        import numpy as np

        ids, weights = self.vocabulary.vector(text, extra)
        margins = weights @ self.weights[ids] + self.intercepts
        confidences = self.confidences(margins)
        return [(self.values[at], float(confidences[at])) for at in np.argsort(-margins, kind="stable")]

    def telling_words(self, text: str, value: Any, most: int = MOST_WORDS_SAID) -> list[str]:
        """Words of the text that speak most for the value, compared with the other values; as they are written."""
        place = self.values.index(value)
        told: list[tuple[float, str]] = []
        for word in dict.fromkeys(re.findall(r"\b[^\W_]{2,}(?:[-_][^\W_]+)*\b", text)):
            ids, weights = self.vocabulary.vector(word)
            if len(ids):
                parts = weights @ self.weights[ids]
                told.append((float(parts[place] - parts.mean()) * len(word) ** 0.25, word))
        told.sort(key=lambda item: -item[0])
        small: dict[str, str] = {}
        for amount, word in told:
            if amount > 0 and len(word) > 2 and says_something(word):
                small.setdefault(word.lower(), word)
        return list(small.values())[:most]

    def stored(self) -> dict[str, Any]:
        """Arrays, texts and numbers only: nothing that could act when it is read."""
        blocks = self.vocabulary.blocks
        return {
            "format": FORMAT,
            **{f"features_{block}": as_bytes(blocks[block]) for block in (WORD, RUN, FACT)},
            "idf": self.vocabulary.idf,
            "weights": self.weights,
            "intercepts": self.intercepts,
            "values": self.values,
            "temperature": float(self.temperature),
            "threshold": None if self.threshold is None else float(self.threshold),
            "curve": self.curve,
        }

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "TextModel":
        """Raises ValueError for anything that `stored` does not write."""
        try:
            if stored["format"] != FORMAT:
                raise ValueError(f"format {stored['format']!r}")
            blocks = {block: as_texts(stored[f"features_{block}"]) for block in (WORD, RUN, FACT)}
            vocabulary = Vocabulary(blocks, stored["idf"])
            model = cls(
                vocabulary,
                stored["weights"],
                stored["intercepts"],
                list(stored["values"]),
                stored["temperature"],
                stored["threshold"],
                [[float(said), float(right)] for said, right in stored["curve"]],
            )
            fits = (
                model.weights.shape == (vocabulary.size, len(model.values)) and len(vocabulary.idf) == vocabulary.size
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from error
        if not fits or model.intercepts.shape != (len(model.values),):
            raise ValueError("sizes do not fit together")
        return model


def says_something(word: str) -> bool:
    """Whether people take the word for a reason: no grammar, no courtesy, nothing of a mail's head, no figures."""
    from flowtic.core.search.terms import COURTESY
    from flowtic.core.search.words import FUNCTION_WORDS, forms

    small = word.lower()
    if small.isdigit() or small in FUNCTION_WORDS or small in EMPTY or _CODE.fullmatch(small):
        return False
    return forms(word).token not in COURTESY


def softmax(margins: "np.ndarray", temperature: float) -> "np.ndarray":
    """Along the last axis."""
    import numpy as np

    scaled = margins / temperature
    scaled = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return scaled / scaled.sum(axis=-1, keepdims=True)


def as_bytes(features: Sequence[str]) -> "np.ndarray":
    """One array instead of a hundred thousand texts; no feature holds a line break."""
    import numpy as np

    return np.frombuffer("\n".join(features).encode(), dtype=np.uint8).copy()


def as_texts(array: "np.ndarray") -> list[str]:
    text = array.tobytes().decode()
    return text.split("\n") if text else []
