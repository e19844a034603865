"""What a model has to know to propose operations."""

import json
from typing import Any

from ai_assist.llm.prompts import Prompt
from ai_assist.providers.base import Message
from workflows.patches import FORM
from workflows.patches.operations import operations

ANSWER: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["operations"],
    "properties": {
        "operations": {
            "type": "array",
            "maxItems": 100,
            "items": {"type": "object", "required": ["op"], "properties": {"op": {"type": "string"}}},
        }
    },
}
_TASK = (
    "Somebody who looks after a help desk describes how {thing} shall change. Answer with nothing but a JSON object "
    '{{"operations": [...]}}: the smallest list of operations that does it, in order. Each operation is an object with '
    '"op" and its parameters. A person reads every operation and accepts or refuses it.\n\nOperations:\n{operations}'
    "\n\n{format}"
)
_WORKFLOW = """Steps of a workflow are objects with key (small letters, digits, underscores), kind, name {"de","en"}.
form: owner {"strategy":"pull"|"dispatcher"|"role"|"field", "department"?, "role"?, "field"?}, form {"fields":[...]}?,
 outcomes [{"key","label","next"}]? or next.
approval: approvers [{"field":"requester.manager"} | {"role":"support"} | {"department":"finance"} | {"person":"mail"}],
 mode "parallel"|"sequence", quorum "all" or a number, approve and reject: keys of steps.
decision: branches [{"when":{"field","op","value"},"next","label"}], otherwise.  Comparisons: is, is_not, gt, gte, lt,
 lte, contains, empty, not_empty.
notify: to ["requester"|"assignee"|{"role"}], subject, text {"de","en"}, next.   wait: duration "P2D", next.
set: values {"ticket.priority":{"value":"high"}}, next.   http: method, url, next, on_error.
end: status "resolved"|"closed"|"rejected".
Every way must lead to a step; give names in German and English."""
_FORM = """Fields are objects with key (small letters, digits, underscores), kind, label {"de","en"}, required?, help?,
show_when {"field","op","value"}?. Kinds: text, long_text, number, money, date, time, choice (choices [{"value",
"label"}]), multi_choice, yes_no, person, department, file, email, phone, url, heading."""


def design_messages(kind: str, document: dict[str, Any], wish: str, known: str) -> list[Message]:
    """The question for a document and a wish; `known`: keys of departments and fields that may be named."""
    prompt = Prompt()
    task = _TASK.format(
        thing="the form of a request" if kind == FORM else "a workflow",
        operations="\n".join(_lines(kind)),
        format=_FORM if kind == FORM else f"{_WORKFLOW}\n{_FORM}",
    )
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return prompt.messages(
        task, prompt.fence("The document as it is", text), known, prompt.fence("What is wished for", wish)
    )


def _lines(kind: str) -> list[str]:
    """One line for each operation: its parameters, optional ones with a question mark."""
    lines = []
    for one in operations(kind).values():
        if one.primitive:
            continue
        names = [name if name in one.required else f"{name}?" for name in one.parameters]
        first = (one.function.__doc__ or "").strip().splitlines()[0]
        lines.append(f"{one.name}({', '.join(names)}): {first}")
    return lines
