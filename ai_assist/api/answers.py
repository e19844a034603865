"""Shapes of the assistant's answers, for the API's document."""

from typing import Any

from flowtic.core.api_shapes import Out


class Value(Out):
    key: str
    name: str


class OtherValue(Value):
    confidence: float


class SourceOut(Out):
    kind: str
    number: str | None
    title: str
    url: str


class SuggestionOut(Out):
    key: str
    ticket: str | None
    feature: str
    field: str | None
    state: str
    outcome: str
    value: Value | None
    before: Value | None
    others: list[OtherValue]
    text: str
    confidence: float | None
    reason: str
    sources: list[SourceOut]
    engine: str
    engine_version: str
    decided_by: dict[str, Any] | None
    decided_at: str | None
    rating: int | None
    created_at: str | None


class SuggestionList(Out):
    results: list[SuggestionOut]


class TrustOut(Out):
    field: str
    mode: str
    ceiling: str
    bar: float
    least: int
    threshold: float
    decided: int
    precision: float | None
    coverage: float | None
    calibration_error: float | None


class TrustList(Out):
    results: list[TrustOut]
