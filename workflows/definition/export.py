"""Documents as text and back: JSON and YAML that always look the same, and reading with clear errors."""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml
from django.utils.translation import gettext as _

from workflows.definition.format import MAX_BYTES

_DEEPEST = 40
# Keys people look for first; all others follow in alphabetical order.
_FIRST = ("schema", "key", "kind", "name", "description", "help", "public", "fields", "start", "max_visits", "steps")
_RANK = {name: number for number, name in enumerate(_FIRST)}


class UnreadableText(ValueError):
    """The text is no document; says why, and where (`line` counts from 1, 0 when unknown)."""

    def __init__(self, message: str, line: int = 0) -> None:
        if line:
            message = _("Line %(line)d: %(message)s") % {"line": line, "message": message}
        super().__init__(message)
        self.line = line


def to_json(document: Mapping[str, Any]) -> str:
    """The same text for the same content."""
    return json.dumps(_ordered(document), ensure_ascii=False, indent=2) + "\n"


def to_yaml(document: Mapping[str, Any]) -> str:
    """The same text for the same content, easy to read and to compare."""
    return yaml.dump(_ordered(document), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def from_text(text: str | bytes) -> dict[str, Any]:
    """The document in a JSON or YAML text. Raises UnreadableText with a sentence for people."""
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UnreadableText(_("The file is not written in UTF-8.")) from None
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise UnreadableText(_("The file is larger than %(size)s MB.") % {"size": MAX_BYTES // 1_000_000})
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise UnreadableText(_("The file is empty."))
    document = _from_json(text) if text.lstrip().startswith("{") else _from_yaml(text)
    if not isinstance(document, dict):
        raise UnreadableText(_("The file holds no workflow: it must be an object with steps."))
    return document


def _ordered(value: Any) -> Any:
    """The same content with its keys in one fixed order. What is named freely keeps the order of the alphabet too."""
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: (_RANK.get(key, len(_RANK)), str(key)))
        return {key: _ordered(value[key]) for key in keys}
    return [_ordered(one) for one in value] if isinstance(value, list | tuple) else value


# ---- JSON ------------------------------------------------------------------------------


def _from_json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        # YAML's flow style begins with { as well.
        if error.msg.startswith(("Expecting property name", "Expecting value")):
            return _from_yaml(text)
        raise UnreadableText(error.msg, error.lineno) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise error if isinstance(error, UnreadableText) else UnreadableText(str(error)) from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        name = next(name for name in names if names.count(name) > 1)
        raise UnreadableText(_repeated(name))
    return found


def _no_constant(name: str) -> Any:
    raise UnreadableText(_("“%(name)s” is no number.") % {"name": name})


def _repeated(name: str) -> str:
    return _("The key “%(key)s” is used twice.") % {"key": name[:80]}


def _too_deep() -> UnreadableText:
    return UnreadableText(_("The file is nested too deeply."))


# ---- YAML ------------------------------------------------------------------------------


_PLAIN = ("str", "int", "float", "bool", "null", "seq", "map")


class _Loader(yaml.SafeLoader):
    """Reads plain data only: no tags, no aliases (they can blow a small file up), dates stay texts."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise UnreadableText(_("References (&, *) are not allowed."), self.peek_event().start_mark.line + 1)
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _too_deep()
        try:
            node = super().compose_node(parent, index)
            if node is not None and node.tag.rpartition(":")[2] not in _PLAIN:
                raise UnreadableText(_("Tags (!…) are not allowed."), node.start_mark.line + 1)
            return node
        finally:
            self.depth -= 1

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise UnreadableText(_("A key must be a text."), line)
            if key.value in seen:
                raise UnreadableText(_repeated(key.value), line)
            seen.add(key.value)
            key.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep=deep)


# "no" and "on" are words, 2026-12-31 is a text, 010 is no octal number: only what JSON knows gets a type.
_TYPES = (
    ("bool", re.compile(r"true|false"), list("tf")),
    ("null", re.compile(r"null|~|"), ["n", "~", ""]),
    ("int", re.compile(r"-?(?:0|[1-9][0-9]{0,400})"), list("-0123456789")),
    ("float", re.compile(r"-?(?:0|[1-9][0-9]{0,400})(?:\.[0-9]{1,400})?(?:[eE][-+]?[0-9]{1,3})?"), list("-0123456789")),
)
_Loader.yaml_implicit_resolvers = {}
_WHOLE = {name: re.compile(f"(?:{pattern.pattern})\\Z") for name, pattern, _begin in _TYPES}
for _name, _pattern, _begin in _TYPES:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", _WHOLE[_name], _begin)


def _from_yaml(text: str) -> Any:
    loader = None
    try:
        loader = _Loader(text)
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableText(_no_yaml(error.problem or error.context), mark.line + 1 if mark else 0) from None
    except yaml.YAMLError as error:
        raise UnreadableText(_no_yaml(str(error).splitlines()[0])) from None
    except (RecursionError, ValueError) as error:
        raise error if isinstance(error, UnreadableText) else _too_deep() from None
    finally:
        if loader is not None:
            loader.dispose()


def _no_yaml(problem: Any) -> str:
    return _("This is no valid YAML: %(problem)s") % {"problem": problem}


class _Dumper(yaml.SafeDumper):
    """Longer texts as blocks, lists indented, no references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_BREAKS = re.compile("[\r\x85\u2028\u2029]")  # line breaks to YAML, characters to JSON


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    """Several lines as a block where YAML can keep every character that way."""
    style = None
    if _BREAKS.search(value):
        style = '"'
    elif any(whole.match(value) for whole in _WHOLE.values()):
        style = "'"  # a text that looks like a number; the writer's own idea of numbers is another one
    elif "\n" in value and not value.startswith((" ", "\n")) and "\t" not in value:
        style = "|" if all(line == line.rstrip() for line in value.split("\n")) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
