"""Bodies of the assistant's operations."""

from typing import Annotated

from pydantic import Field, StringConstraints

from flowtic.core.api_shapes import WHOLE, In, Key
from flowtic.core.plain_text import VISIBLE_TEXT

Note = Annotated[str, StringConstraints(pattern=VISIBLE_TEXT, min_length=1, max_length=500)]


class AcceptIn(In):
    value: Key | None = Field(default=None, description="Key of another value than the suggested one.")


class RateIn(In):
    rating: Annotated[int, Field(ge=-1, le=1), WHOLE] = Field(description="1 helpful, -1 not, 0 takes it back.")
    note: Note | None = None
