"""Conditions under whatever JSON there is: no exception, no empty sentence, and what `check` accepts works."""

from hypothesis import given, settings
from hypothesis import strategies as st

from flowtic.core.conditions import OPS, FieldInfo, check, holds, names, words
from flowtic.core.formulas import FormulaError

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["2026-11-21", "P3D", "-PT5M", "2026-13-01", "0001-01-01T00:00:00", "9999-12-31T23:59:59Z", "it"])
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["field", "op", "value", "all", "any", "not", "formula", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
leaves = st.builds(
    lambda field, op, value: {"field": field, "op": op, "value": value},
    st.sampled_from(["a", "b.c", "lists", "gone"]),
    st.sampled_from(OPS),
    scalars | st.lists(scalars, max_size=4),
)
trees = st.recursive(
    leaves
    | st.builds(lambda text: {"formula": text}, st.sampled_from(["a == b.c", "a > 5", "lists.exists(x, x == a)"])),
    lambda inner: (
        st.builds(lambda one: {"not": one}, inner)
        | st.builds(lambda key, several: {key: several}, st.sampled_from(["all", "any"]), st.lists(inner, max_size=4))
    ),
    max_leaves=8,
)
values = st.fixed_dictionaries(
    {"a": anything, "b": st.fixed_dictionaries({"c": anything}), "lists": st.lists(anything)}
)
FIELDS = {
    "a": FieldInfo("a", "A", "text"),
    "b.c": FieldInfo("b.c", {"de": "C", "en": "C"}, "number"),
    "lists": FieldInfo("lists", "", "multi_choice", {"it": "IT"}),
}


def judged(tree, given_values):
    try:
        return holds(tree, given_values)
    except FormulaError as error:
        assert str(error)
        return False


@settings(max_examples=150, deadline=None)
@given(anything, values)
def test_any_json_as_condition(tree, given_values):
    assert isinstance(check(tree, FIELDS), list)
    assert judged(tree, given_values) in (True, False)
    assert isinstance(names(tree), set)
    assert words(tree, FIELDS)


@settings(max_examples=200, deadline=None)
@given(trees, values)
def test_what_is_accepted_works_for_all_values(tree, given_values):
    assert words(tree, FIELDS)
    if not check(tree, FIELDS):
        assert names(tree) <= set(FIELDS)
        assert judged(tree, given_values) in (True, False)
        assert judged({"not": tree}, given_values) in (True, False)


@settings(max_examples=200, deadline=None)
@given(leaves, values)
def test_opposites_are_opposite(leaf, given_values):
    for op, opposite in (("is", "is_not"), ("in", "not_in"), ("contains", "not_contains"), ("empty", "not_empty")):
        assert holds({**leaf, "op": op}, given_values) is not holds({**leaf, "op": opposite}, given_values)


def test_a_bottomless_tree_ends():
    tree = {"field": "a", "op": "is", "value": 1}
    for _ in range(3000):
        tree = {"not": tree}
    assert check(tree)
    assert words(tree)
    assert holds(tree, {"a": 1}) in (True, False)
    assert names(tree) == {"a"}
