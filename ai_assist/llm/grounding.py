"""No source, no claim: sentences without a valid number are cut, links to elsewhere are taken out.

What may stand without a source is courtesy: greetings, thanks, regrets, questions, farewells.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ai_assist.llm.visible import plain, without_markup
from ai_assist.masking import PLACEHOLDER

CITATION = re.compile(r"\[(\d{1,2}(?:\s*[,;]\s*\d{1,2})*)\]")
_AFTER_STOP = re.compile(r"([.!?…:])[ \t]*((?:\[\d{1,2}(?:\s*[,;]\s*\d{1,2})*\][ \t]*)+)")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”“»«')]*[ \t]+(?=\S)")
_BULLET = re.compile(r"^[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Za-zÄÖÜäöü]|z\.\s?B|d\.\s?h|u\.\s?a|i\.\s?d\.\s?R|bzw|ca|Nr|Dr|Hr|Fr|Str|evtl|ggf|inkl|usw|vgl|max|min"
    r"|e\.\s?g|i\.\s?e|etc|approx|vs|Mr|Mrs|Ms|No|St|\d{1,2})\.$"
)
_COURTESY = re.compile(
    r"^(?:hello|hi|dear|good (?:morning|day|afternoon|evening)|greetings|guten (?:tag|morgen|abend)|hallo|moin|servus"
    r"|liebe[rs]?|sehr geehrte[rs]?|thank|thanks|many thanks|danke|vielen dank|besten dank|herzlichen dank|sorry"
    r"|we apologi[sz]e|i apologi[sz]e|apologies|we are sorry|es tut (?:mir|uns) leid|entschuldig"
    r"|wir bitten um entschuldigung|best regards|kind regards|regards|sincerely|yours|many greetings"
    r"|mit freundlichen|freundliche gr|viele gr|beste gr|herzliche gr|liebe gr|let (?:us|me) know"
    r"|please let (?:us|me) know|feel free to|melden sie sich|bitte melden sie sich|geben sie (?:uns|mir) bescheid"
    r"|bei (?:weiteren )?fragen|bei rückfragen|your (?:support|service desk|it)\b|ihr (?:support|team|it)\b"
    r"|your .{0,20}team)",
    re.IGNORECASE,
)
_UNQUIET = re.compile(r"\d|https?:|www\.|@|/")
# Every part bounded: an answer made for it must not keep a worker busy.
_TARGET = r"\(\s{0,3}<?((?:[^()\s<>]|\([^()\s]{0,100}\)){0,600})>?(?:[ \t][^()\n]{0,200})?\)"
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,300})\](?:" + _TARGET + r"|\[[^\[\]\n]{0,100}\])")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]" + _TARGET)
_REFERENCE = re.compile(r"^[ \t]{0,3}\[[^\[\]\n]{1,300}\]:[ \t]*\S.*$", re.MULTILINE)
LONGEST_COURTESY = 180
MOST_LINKS = 200


@dataclass(frozen=True)
class Grounded:
    """What is left of a text, which sources it names, how many sentences had none."""

    text: str
    used: tuple[int, ...] = ()
    cut: int = 0


@dataclass
class _Work:
    count: int
    used: list[int] = field(default_factory=list)
    cut: int = 0


def grounded(text: str, count: int, *, growing: bool = False) -> Grounded:
    """The sentences that name one of the `count` sources, and courtesy. `growing`: the last sentence is unfinished."""
    text = _AFTER_STOP.sub(lambda found: f" {found[2].strip()}{found[1]} ", text)
    lines = text.split("\n")
    work = _Work(count)
    kept: list[str] = []
    heading, backed = "", False
    for number, line in enumerate(lines):
        bullet = _BULLET.match(line)
        start = bullet.group() if bullet else ""
        tail = growing and number == len(lines) - 1
        inside = backed and bool(bullet)
        done = _line(line[len(start) :], work, tail=tail, backed=inside)
        if not line.strip():
            kept.append("")
            continue
        if not bullet:
            backed, heading = done.endswith(":") and bool(CITATION.search(done)), ""
            if not done and _is_heading(line):
                heading = line.strip()
                continue
        if done:
            if heading and bullet:
                kept.append(heading)
                work.cut -= 1
            heading = ""
            kept.append(start + done)
    shown = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return Grounded(shown, tuple(dict.fromkeys(work.used)), max(0, work.cut))


def _line(line: str, work: _Work, *, tail: bool, backed: bool) -> str:
    sentences = _sentences(line)
    kept = []
    for number, sentence in enumerate(sentences):
        if tail and number >= len(sentences) - 1:
            kept.append(sentence)
            continue
        named = [n for found in CITATION.findall(sentence) for n in map(int, re.findall(r"\d+", found))]
        valid = [n for n in named if 1 <= n <= work.count]
        if valid or backed:
            work.used += valid
            kept.append(_only(sentence, work.count))
        elif not named and is_courtesy(sentence):
            kept.append(sentence)
        else:
            work.cut += 1
    return " ".join(part.strip() for part in kept if part.strip())


def is_courtesy(sentence: str) -> bool:
    """Whether it says nothing that could be wrong: greeting, thanks, regret, question, farewell."""
    text = sentence.strip(" *_>#\t")
    if not text:
        return True
    if len(text) > LONGEST_COURTESY:
        return False
    if text.endswith("?"):
        return not re.search(r"https?:|www\.|@", text)
    text = PLACEHOLDER.sub("X", text)
    # A line such as "[NAME_1]" or "Alan Agent" below the farewell.
    signature = len(text) <= 40 and not re.search(r"[.!:;,]", text) and len(text.split()) <= 3 and text[0].isupper()
    return bool(_COURTESY.match(text) or signature) and not _UNQUIET.search(text)


def cleaned(text: str, hosts: Collection[str] = ()) -> str:
    """The model's text without markup, pictures, hidden signs, and links to other hosts than `hosts`."""
    text = without_markup(plain(text)) if "<" in text else plain(text)
    text = _REFERENCE.sub("", text)
    text = _IMAGE.sub(lambda found: found[1], text)
    text = _LINK.sub(lambda found: found[0] if host_of(found[2]) in hosts else found[1], text)
    if text.count("//") > MOST_LINKS or text.count("/") > 2000:
        text = text.replace("/", " ")
    return _without_links(text, hosts).strip()


def _without_links(text: str, hosts: Collection[str]) -> str:
    """Whatever the renderer would make a link of by itself."""
    for found in reversed(links_in(text)):
        if found.schema == "mailto:" or host_of(found.url) in hosts:
            continue
        text = text[: found.index] + "[…]" + text[found.last_index :]
    return text


def links_in(text: str) -> list[Any]:
    """What the renderer would make links of by itself; nothing of a text that is made of slashes."""
    from linkify_it import LinkifyIt  # type: ignore[import-untyped]

    return list(LinkifyIt().match(text) or []) if text.count("//") <= MOST_LINKS else []


def hosts_in(text: str) -> frozenset[str]:
    """The hosts that a text links to."""
    return frozenset(host_of(found.url) for found in links_in(text)) - {""}


def host_of(url: str) -> str:
    """The host of an address, small; "" when it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def quotes(text: str, inside: Mapping[int, str], outside: str) -> tuple[int, ...]:
    """The numbers of internal sources whose own words stand in the text: six words in a row, or a telling token."""
    said, known = _words(text), _words(outside)
    runs = _runs(said) - _runs(known)
    marks = _marks(text) - _marks(outside)
    return tuple(n for n, source in inside.items() if runs & _runs(_words(source)) or marks & _marks(source))


def _runs(words: list[str], size: int = 6) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _marks(text: str) -> set[str]:
    """Words that nobody writes by chance: letters and digits together, such as host names, keys, passwords."""
    found = re.findall(r"[A-Za-z0-9][\w.-]{4,}[\w]", text)
    return {word.casefold() for word in found if re.search(r"\d", word) and re.search(r"[A-Za-z]", word)}


def _only(sentence: str, count: int) -> str:
    """Without numbers that no source has."""

    def keep(found: re.Match[str]) -> str:
        numbers = [n for n in map(int, re.findall(r"\d+", found[1])) if 1 <= n <= count]
        return "".join(f"[{n}]" for n in numbers)

    return re.sub(r"\s+([.!?…:])", r"\1", CITATION.sub(keep, sentence))


def _sentences(line: str) -> list[str]:
    parts: list[str] = []
    for piece in _SENTENCE.split(line):
        if parts and _ABBREVIATION.search(parts[-1][-12:]):
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    return parts


def _is_heading(line: str) -> bool:
    return line.rstrip().endswith(":") and len(line.strip()) <= 90
