"""Without a model: the fields that a plain description of a form names.

„Anzahl, Größe (S, M, L), Betrag (Pflicht), Begründung wenn Betrag über 500“: names separated by commas or lines, kinds
by the words in them, choices and "required" in brackets, a comparison behind "wenn" or "if".
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flowtic.core import localised

MOST_FIELDS, LONGEST, MOST_WORDS, MOST_WORDS_ALONE = 40, 60, 6, 3
_KINDS = (
    (re.compile(r"(?i)ja ?/ ?nein|ja oder nein|yes ?/ ?no|yes or no|\bob\b|whether|checkbox|häkchen"), "yes_no"),
    (re.compile(r"(?i)e-?mail|mailadresse"), "email"),
    (re.compile(r"(?i)telefon|phone|handynummer|mobile number"), "phone"),
    (re.compile(r"(?i)uhrzeit|time of day"), "time"),
    (re.compile(r"(?i)datum|date\b|frist|deadline|beginn\b|\btag\b|termin"), "date"),
    (re.compile(r"(?i)betrag|kosten\b|preis|budget|amount|price|\bcosts?\b(?! cent)|summe"), "money"),
    (re.compile(r"(?i)anzahl|menge|quantity|number of|how many|wie viele|zahl\b"), "number"),
    (re.compile(r"(?i)begründung|beschreibung|bemerkung|kommentar|reason|description|comment|notes?\b"),
     "long_text"),
    (re.compile(r"(?i)datei|anhang|angebot als|file|attachment|upload|\bpdf\b|foto"), "file"),
    (re.compile(r"(?i)vorgesetzt|person\b|ansprechpartner|manager|supervisor|kolleg|colleague"), "person"),
    (re.compile(r"(?i)abteilung|department"), "department"),
    (re.compile(r"(?i)webadresse|\burl\b|\blink\b|website"), "url"),
)  # fmt: skip
_REQUIRED = re.compile(r"(?i)\*|pflicht(?:feld)?|erforderlich|zwingend|required|mandatory|muss sein")
_SEVERAL = re.compile(r"(?i)mehrere|mehrfach|several|multiple")
_BULLET = re.compile(r"(?i)^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_INTRO = re.compile(
    r"(?i)(?:fragt?(?: auch)? nach|abfragen|felder(?:n)?(?: für)?|fields?(?: for)?|asks?(?: also)? for"
    r"|brauchen(?: noch)?|we need)\s*:?\s+(?=\S)"
)  # fmt: skip
_NAMES_ONE = re.compile(r"(?i)(?:for|nach|für|:)\s+$")
_BRACKETS = re.compile(r"(?i)\(([^()]{1,200})\)")
_QUOTES = "„“”\"'»«"
_ARTICLE = re.compile(
    r"^(?:und|and|sowie|bitte|auch|also|dem|den|der|die|das|the|an?|eine[rnms]?|ihre[rnms]?|your)\s+", re.IGNORECASE
)
_WHEN = re.compile(
    r"(?i),?\s+(?:nur\s+|only\s+)?(?:wenn|falls|bei|if|when)\s+(?P<field>.+?)\s+"
    r"(?P<op>über|größer als|mehr als|ab|unter|weniger als|ist|=|above|over|more than|greater than|from|below|under|"
    r"less than|is|>=|<=|>|<)\s+(?P<value>\S.*)$"
)  # fmt: skip
_BEFORE_WHEN = re.compile(r"(?i),\s+(?=(?:nur\s+|only\s+)?(?:wenn|falls|if|when)\s)")
_OPS = {
    **dict.fromkeys(("über", "größer als", "mehr als", "above", "over", "more than", "greater than", ">"), "gt"),
    **dict.fromkeys(("ab", "from", ">="), "gte"),
    **dict.fromkeys(("unter", "weniger als", "below", "under", "less than", "<"), "lt"),
    **dict.fromkeys(("ist", "is", "="), "is"),
    "<=": "lte",
}
Key = Callable[[str], str]


def fields_in(wish: str, known: Mapping[str, str], key: Key) -> list[dict[str, Any]]:
    """Fields for what the wish lists; [] when it is no list. `known`: key -> label of the fields there are already;
    `key` makes a free key of a label."""
    found: list[dict[str, Any]] = []
    labels = {label.casefold(): one for one, label in known.items()}
    for item in _items(wish)[:MOST_FIELDS]:
        field = _field(item, labels, key)
        if field is not None and localised.text(field["label"]).casefold() not in labels:
            labels[localised.text(field["label"]).casefold()] = field["key"]
            found.append(field)
    return found


def _items(wish: str) -> list[str]:
    """The parts of the wish that may be fields."""
    lines = [line.strip() for line in wish.splitlines() if line.strip()]
    bullets = [line for line in lines if _BULLET.match(line)]
    if bullets:
        return [_BULLET.sub("", line) for line in bullets]
    if len(lines) > 1 and all(len(line) <= LONGEST + 60 for line in lines):
        rest = [line for line in lines if not line.endswith(":")]
        return [part for line in rest for part in (_split(line) if line.count(",") > 1 and ":" not in line else [line])]
    text = _BEFORE_WHEN.sub(" ", " ".join(lines)).rstrip(".! ")
    intro = _INTRO.search(text)
    if intro is not None:
        parts = _split(text[intro.end() :])
        # "fields for X" names one; "the fields are ugly" names none.
        return parts if len(parts) > 1 or _NAMES_ONE.search(intro[0]) else []
    head, colon, tail = text.partition(":")
    if colon and ("," in tail or len(head.split()) > 1):
        return _split(tail)
    parts = _split(text) if text.count(",") > 1 else []
    # A sentence has commas too: names are short.
    return parts if all(len(_plain(part).split()) <= MOST_WORDS_ALONE for part in parts) else []


def _split(text: str) -> list[str]:
    """By commas, semicolons and the last "and", but not inside brackets."""
    parts, depth, start = [], 0, 0
    for index, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")" and depth > 0)
        between_digits = text[max(index - 1, 0) : index].isdigit() and text[index + 1 : index + 2].isdigit()
        if depth == 0 and sign in ",;" and not between_digits:
            parts.append(text[start:index])
            start = index + 1
    last = re.split(r"\s+(?:und|and|sowie)\s+(?![^(]*\))", text[start:])
    return [part.strip() for part in [*parts, *last] if part.strip()]


def _field(item: str, labels: Mapping[str, str], key: Key) -> dict[str, Any] | None:
    when = _WHEN.search(item)
    condition = _condition(when, labels) if when else None
    body = item[: when.start()] if when else item
    name, _colon, after = _BRACKETS.sub(" ", body).partition(":")
    notes = [after, *(note.rpartition(":")[2] for note in _BRACKETS.findall(body))]
    label = _label(name)
    if not 1 < len(label) <= LONGEST or len(label.split()) > MOST_WORDS:
        return None
    choices = next((found for note in notes if (found := _choices(note))), [])
    said = f"{label} {body}"
    kind = next((kind for pattern, kind in _KINDS if pattern.search(said)), "text")
    if choices:
        kind = "multi_choice" if _SEVERAL.search(said) else "choice"
    field: dict[str, Any] = {"key": key(label), "kind": kind, "label": {"de": label, "en": label}}
    if choices:
        field["choices"] = [{"value": value, "label": {"de": value, "en": value}} for value in choices]
    if _REQUIRED.search(body):
        field["required"] = True
    return {**field, "show_when": condition} if condition else field


def _plain(item: str) -> str:
    """Without brackets and conditions."""
    when = _WHEN.search(item)
    return _BRACKETS.sub(" ", item[: when.start()] if when else item)


def _label(text: str) -> str:
    plain = _REQUIRED.sub(" ", text).strip(f" .?!-–{_QUOTES}")
    while (shorter := _ARTICLE.sub("", plain)) != plain:
        plain = shorter
    plain = " ".join(plain.split())
    return plain[:1].upper() + plain[1:]


def _choices(note: str) -> list[str]:
    """The values that a bracket or what stands behind a colon lists; [] when it lists none."""
    parts = [part.strip(f" .{_QUOTES}") for part in re.split(r"[,/|;]|\s+(?:oder|or)\s+", note)]
    words = [part for part in parts if part and not _REQUIRED.fullmatch(part) and not _SEVERAL.fullmatch(part)]
    if len(words) < 2 or {one.casefold() for one in words} <= {"ja", "nein", "yes", "no"}:
        return []
    return list(dict.fromkeys(word[:LONGEST] for word in words))[:50]


def _condition(when: re.Match[str], labels: Mapping[str, str]) -> dict[str, Any] | None:
    """The comparison behind "if"; None when it speaks of no known field."""
    name = _label(when["field"]).casefold()
    field = labels.get(name) or next((key for label, key in labels.items() if name and name in label), "")
    if not field:
        return None
    op, value = _OPS[when["op"].lower()], when["value"].strip(f" .{_QUOTES}")
    number = re.match(r"[\d.,]+", value)
    if number is None:
        return {"field": field, "op": "is", "value": value} if op == "is" else None
    plain = re.sub(r"[.,](?=\d{3}\b)", "", number[0]).replace(",", ".").rstrip(".")
    return {"field": field, "op": op, "value": float(plain) if "." in plain else int(plain)}
