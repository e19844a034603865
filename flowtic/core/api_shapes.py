"""Shapes of the REST API: what texts, keys and numbers of a body may be, and the one shape of all errors."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from typing_extensions import TypeAliasType

from flowtic.core.plain_text import EMAIL, KEY, VISIBLE_LINE, VISIBLE_TEXT

MAX_ID = 2**62

Line = Annotated[str, StringConstraints(pattern=VISIBLE_LINE, min_length=1, max_length=255)]
Name = Annotated[str, StringConstraints(pattern=VISIBLE_LINE, min_length=1, max_length=100)]
# As long as what is rendered as Markdown; longer ones belong into a file.
MAX_TEXT = 200_000
Text = Annotated[str, StringConstraints(pattern=VISIBLE_TEXT, min_length=1, max_length=MAX_TEXT)]
Email = Annotated[str, StringConstraints(pattern=EMAIL, min_length=3, max_length=254)]
Key = Annotated[str, StringConstraints(pattern=KEY)]
# Any JSON whose texts a database can hold.
Word = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Json = TypeAliasType("Json", "dict[Word, Json] | list[Json] | Word | bool | int | float | None")
Values = dict[Word, Json]


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 5.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# To be put behind the bounds, so that the document knows them: Annotated[int, Field(ge=1), WHOLE].
WHOLE = BeforeValidator(_whole)


def out_of(vocabulary: str) -> Any:
    """For a key out of the desk's own words: the API's document lists them for readers who may see them."""
    return Field(json_schema_extra={"x-desk": vocabulary})


class In(BaseModel):
    """A request body: types are not guessed, unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(In):
    """Nothing so far."""


class Out(BaseModel):
    """The shape of an answer, for the document: views answer plain objects of this shape."""


class ProblemError(Out):
    field: str
    message: str


class Problem(Out):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemError]
    request_id: str
