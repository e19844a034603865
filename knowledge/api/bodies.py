"""What the knowledge API accepts and answers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from flowtic.core.actor import Actor
from flowtic.core.api_shapes import MAX_ID, WHOLE, Email, In, Key, Name, Out, Text, out_of
from flowtic.core.openapi import vocabulary
from flowtic.core.plain_text import LINE, VISIBLE_LINE
from knowledge.models import Category

Title = Annotated[str, StringConstraints(pattern=VISIBLE_LINE, min_length=1, max_length=200)]
TagName = Annotated[str, StringConstraints(pattern=VISIBLE_LINE, min_length=1, max_length=50)]
Tags = Annotated[list[TagName], Field(max_length=20)]
CategoryKey = Annotated[Key, out_of("article_category")]
Language = Literal["de", "en"]
Day = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), Field(json_schema_extra={"format": "date"})
]
Note = Annotated[str, StringConstraints(pattern=LINE, max_length=300)]
Identity = Annotated[int, Field(ge=1, le=MAX_ID), WHOLE]
Position = Annotated[int, Field(ge=0, le=10_000), WHOLE]


def _categories(actor: Actor) -> list[str]:
    return list(Category.objects.visible_to(actor).filter(active=True).values_list("key", flat=True))


vocabulary("article_category", _categories)


class ArticleIn(In):
    title: Title
    body: Text = Field(description="Markdown.")
    category: CategoryKey
    language: Language
    tags: Tags | None = None
    public: bool = Field(False, description="Readable for every user in the portal, once it is published.")
    original: Identity | None = Field(None, description="Id of the article that this one translates.")
    publish: bool = Field(False, description="Publish at once; else it is a draft.")


class ArticlePatch(In):
    title: Title | None = None
    body: Text | None = None
    category: CategoryKey | None = None
    tags: Tags | None = None
    language: Language | None = None
    public: bool | None = None
    owner: Email | None = Field(None, description="E-mail address; null for nobody.")
    review_on: Day | None = Field(None, description="null for never.")


class PublishIn(In):
    note: Note = ""
    translation_current: bool = Field(False, description="The translation says what its original says today.")


class StateIn(In):
    state: Literal["active", "inactive"]


class RestoreIn(In):
    version: Identity


class ReviewIn(In):
    next_on: Day | None = Field(None, description="The next review; null for never.")


class TranslationIn(In):
    original: Identity | None = Field(None, description="Id of the original; null ends the link.")


class RatingIn(In):
    helpful: bool
    note: Annotated[str, StringConstraints(pattern=LINE, max_length=500)] = ""


class UseIn(In):
    ticket: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]


class CategoryIn(In):
    key: Key
    name_de: Name
    name_en: Name
    parent: CategoryKey | None = None
    position: Position = 0
    active: bool = True


class CategoryPatch(In):
    name_de: Name | None = None
    name_en: Name | None = None
    parent: CategoryKey | None = Field(None, description="null for the top.")
    position: Position | None = None
    active: bool | None = None


# ---- answers ---------------------------------------------------------------------------


class CategoryOut(Out):
    key: str
    name: str
    name_de: str
    name_en: str
    parent: str | None
    position: int
    active: bool


class CategoryList(Out):
    results: list[CategoryOut]
    next: None


class ArticleRow(Out):
    id: int
    title: str
    language: Language
    category: str
    tags: list[str]
    state: Literal["draft", "active", "inactive"]
    public: bool
    version: int
    url: str
    updated_at: datetime


class ArticlePage(Out):
    results: list[ArticleRow]
    next: str | None
    count: str | None = None


class FileOut(Out):
    key: str
    name: str
    size: int
    content_type: str
    url: str


class FileList(Out):
    results: list[FileOut]
    next: None


class TranslationOut(Out):
    id: int
    language: Language
    out_of_date: bool


class DraftOut(Out):
    title: str
    body: str
    category: str
    tags: list[str]
    by: str | None
    at: datetime


class ArticleOut(ArticleRow):
    body: str
    translations: list[TranslationOut]
    files: list[FileOut]
    helpful_yes: int
    helpful_no: int
    created_at: datetime
    owner: str | None = Field(None, description="For those who work tickets.")
    review_on: str | None = None
    uses: int | None = None
    draft: DraftOut | None = Field(None, description="Changes that wait to be published; for those who write.")


class VersionRow(Out):
    number: int
    title: str
    note: str
    author: str | None
    created_at: datetime


class VersionList(Out):
    results: list[VersionRow]
    next: None


class VersionOut(VersionRow):
    body: str
    category: str
    tags: list[str]
