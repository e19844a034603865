"""For any schema and any values: nothing but Invalid, stable results, nothing hidden gets through."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from desk import formschema
from flowtic.core.errors import Invalid
from tests.desk.formschema.test_cleaning import Known

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEYS = ["a", "b", "c", "d", "e"]
JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(["12.5", "2026-01-01", "08:30", "S", "it", "rita@example.test", "1", "a" * 32]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["amount", "currency", "x"]), inner, max_size=3),
    ),
    max_leaves=5,
)
CONDITION = st.recursive(
    st.fixed_dictionaries(
        {"field": st.sampled_from(KEYS), "op": st.sampled_from(["is", "is_not", "gt", "in", "empty", "before"])},
        optional={"value": st.sampled_from(["S", 1, True, ["S"], "P1D"])},
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=2).map(lambda found: {"all": found}), inner.map(lambda one: {"not": one})
    ),
    max_leaves=3,
)


@st.composite
def specs(draw, key):
    kind = draw(st.sampled_from(sorted(formschema.KINDS)))
    spec = {"key": key, "kind": kind, "required": draw(st.booleans()), "internal": draw(st.booleans())}
    if kind in ("choice", "multi_choice"):
        spec["choices"] = ["S", {"value": "L", "label": {"de": "gross", "en": "large"}}]
    if draw(st.booleans()):
        spec["show_when"] = draw(CONDITION)
    if draw(st.booleans()):
        spec["min"], spec["max"] = 1, 10
    return spec


@st.composite
def schemas(draw):
    fields = [draw(specs(key)) for key in KEYS[: draw(st.integers(0, 5))]]
    cut = draw(st.integers(0, len(fields)))
    return {"pages": [{"key": "one", "fields": fields[:cut]}, {"key": "two", "fields": fields[cut:]}]}


VALUES = st.dictionaries(st.sampled_from([*KEYS, "foreign"]), JUNK, max_size=6)


@settings(max_examples=400, deadline=None)
@given(schemas(), VALUES, st.booleans(), st.sampled_from(["refuse", "drop", {"a", "b"}]))
def test_cleaning_refuses_or_is_stable(schema, values, insider, hidden):
    options = {"now": NOW, "lookups": Known(), "insider": insider}
    try:
        cleaned = formschema.clean(schema, values, hidden=hidden, **options)
    except Invalid as error:
        assert error.fields
        assert all(isinstance(message, str) and message for texts in error.fields.values() for message in texts)
        return
    found = formschema.examine(schema, values, **options)
    assert set(cleaned) <= found.shown, "nothing of a hidden field is in the result"
    required = {spec["key"] for spec in formschema.fields_of(schema) if spec["required"] and spec["kind"] != "heading"}
    assert required & found.shown <= set(cleaned), "nothing that is required and shown is missing"
    assert formschema.clean(schema, cleaned, hidden="refuse", defaults=False, **options) == cleaned
    for spec in formschema.fields_of(schema):
        if spec["key"] in cleaned:
            assert isinstance(formschema.value_words(spec, cleaned[spec["key"]]), str)


@settings(max_examples=200, deadline=None)
@given(schemas(), VALUES, st.sampled_from(["one", "two"]))
def test_a_page_alone_refuses_or_returns_only_its_own(schema, values, page):
    own = {spec["key"] for one in formschema.pages_of(schema) if one.key == page for spec in one.fields}
    try:
        cleaned = formschema.clean(
            schema, values, now=NOW, lookups=Known(), partial_page=page, present=values, hidden="drop"
        )
    except Invalid:
        return
    assert set(cleaned) <= own


@settings(max_examples=200, deadline=None)
@given(st.fixed_dictionaries({"key": st.just("x")}, optional={"kind": JUNK, "choices": JUNK, "label": JUNK}), JUNK)
def test_words_are_found_for_whatever_was_stored(spec, value):
    assert isinstance(formschema.value_words(spec, value), str)


@settings(max_examples=300, deadline=None)
@given(st.recursive(JUNK, lambda inner: st.dictionaries(st.sampled_from(["pages", "fields", "key"]), inner)), JUNK)
def test_checking_never_fails(schema, extra):
    for candidate in (schema, {"fields": [{"key": "x", "kind": "text", "min": extra, "default": extra}]}):
        assert isinstance(formschema.check(candidate), list)
