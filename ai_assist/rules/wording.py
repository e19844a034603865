"""Words by which the rules recognise what a text speaks of, in German and English."""

import re

# The first one that fits counts.
URGENCY = {
    "urgent": re.compile(
        r"\b(?:notfall|emergency|sicherheitsvorfall|security incident|ransomware|phishing[- ]?angriff"
        r"|(?:produktion|production|fertigung|werk|plant|line) (?:steht|down|stopped|is down)"
        r"|(?:alle|keiner|niemand|all|nobody|everyone)\W+(?:\w+\W+){0,3}?(?:betroffen|affected|arbeiten|work))\b",
        re.IGNORECASE,
    ),
    "high": re.compile(
        r"\b(?:dringend\w*|eilig|eilt|so ?fort|schnellstm(?:ö|oe)glich|umgehend|asap|urgent\w*|immediately"
        r"|as soon as possible|kritisch\w*|critical|blockiert|blocked|blocker)\b",
        re.IGNORECASE,
    ),
    "low": re.compile(
        r"\b(?:nicht dringend|hat keine eile|eilt nicht|bei gelegenheit|not urgent|no rush|no hurry|low priority"
        r"|when you have time|whenever (?:it )?suits)\b",
        re.IGNORECASE,
    ),
}
# "Nicht dringend" is not urgent: what is low wins over what is high.
URGENCY = {key: URGENCY[key] for key in ("urgent", "low", "high")}

MOST_WORDS = 4
SHORTEST = 3
# Words of names that say nothing about what is meant.
EMPTY_WORDS = {
    *("abteilung", "team", "bereich", "service", "services", "department", "support", "anfrage", "antrag", "request"),
    *("allgemein", "general", "sonstiges", "other", "neue", "neuer", "neues", "new"),
    *("und", "der", "die", "das", "für", "and", "for", "the"),
}


def first_words(pattern: re.Pattern[str], text: str) -> list[str]:
    """What was found, as it is written."""
    return list(dict.fromkeys(found[0].strip() for found in pattern.finditer(text)))[:MOST_WORDS]


def shared_words(name: str, text: str) -> list[str]:
    """Words of the text that are also in the name, by their stems; "IT" only as it is written."""
    from flowtic.core.search.words import forms

    wanted = {
        forms(word).token
        for word in re.findall(r"\w+", name)
        if (len(word) >= SHORTEST or word.isupper()) and word.lower() not in EMPTY_WORDS
    }
    found: dict[str, str] = {}
    for word in re.findall(r"\w+", text):
        if (len(word) >= SHORTEST or word.isupper()) and forms(word).token in wanted:
            found.setdefault(word.lower(), word)
    return list(found.values())[:MOST_WORDS]


def share_of_name(names: str, text: str) -> float:
    """How much of the name that the text says most of, one name a line: one common word of two is half of it."""
    from flowtic.core.search.words import FUNCTION_WORDS, forms

    said = {forms(word).token for word in re.findall(r"\w+", text)}
    shares = [0.0]
    for name in names.split("\n"):
        words = [word for word in re.findall(r"\w+", name) if word.lower() not in FUNCTION_WORDS]
        if words:
            shares.append(sum(forms(word).token in said for word in words) / len(words))
    return max(shares)
