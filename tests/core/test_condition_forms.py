"""The condition builder: what it prints is read back as the same condition, by the markup a browser gets."""

from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flowtic.core import condition_forms, conditions
from flowtic.core.conditions import FieldInfo
from flowtic.core.errors import Invalid

FIELDS = {
    "amount": FieldInfo("amount", {"de": "Betrag", "en": "Amount"}, "money"),
    "count": FieldInfo("count", "Count", "number"),
    "reason": FieldInfo("reason", "Reason", "text"),
    "urgent": FieldInfo("urgent", "Urgent", "yes_no"),
    "size": FieldInfo("size", "Size", "choice", {"s": {"de": "Klein", "en": "Small"}, "l": "Large", "": "None"}),
    "extras": FieldInfo("extras", "Extras", "multi_choice", {"a": "Apple", "b": "Bread", "c": "Cake"}),
    "day": FieldInfo("day", "Day", "date"),
    "at": FieldInfo("at", "At", "time"),
    "person": FieldInfo("person", "Person", "person", {7: "Rita", 12: "Otto"}),
    "requester.department": FieldInfo("requester.department", "Department", "department", {"it": "IT", "hr": "HR"}),
}


class Sent(HTMLParser):
    """What a browser would send for the markup: controls by name, templates left out."""

    def __init__(self, markup):
        super().__init__()
        self.values, self.deep, self.select, self.area = {}, 0, None, None
        self.feed(markup)
        self.post = MultiValueDict(self.values)

    def add(self, name, value):
        self.values.setdefault(name, []).append(value)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.deep += tag == "template"
        if self.deep:
            return
        if tag == "input" and (attrs.get("type") != "checkbox" or "checked" in attrs):
            self.add(attrs["name"], attrs.get("value", ""))
        elif tag == "select":
            self.select = (attrs["name"], [])
        elif tag == "option":
            self.select[1].append((attrs.get("value", ""), "selected" in attrs))
        elif tag == "textarea":
            self.area = (attrs["name"], "")

    def handle_data(self, data):
        if self.area:
            self.area = (self.area[0], self.area[1] + data)

    def handle_endtag(self, tag):
        if tag == "template":
            self.deep -= 1
        elif tag == "select" and self.select:
            name, options = self.select
            chosen = [value for value, selected in options if selected] or [options[0][0]]
            self.add(name, chosen[-1])
            self.select = None
        elif tag == "textarea" and self.area:
            self.add(*self.area)
            self.area = None


def printed(builder):
    return render_to_string("components/condition_builder.html", {"builder": builder})


def sent(tree, fields=FIELDS):
    return Sent(printed(condition_forms.builder("when", tree, fields))).post


words = st.text(alphabet="abä ÖZ0-9.,\"'<>&\n{", min_size=1, max_size=12)
numbers = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9).map(lambda number: round(number, 4)))
days = st.dates().map(lambda day: day.isoformat())
moments = st.one_of(days, st.sampled_from(["P3D", "-P1D", "PT2H", "P2W", "P1DT4H", "2026-12-31T10:00:00Z", "P0D"]))


def leaf(field, op, value):
    return st.builds(lambda name, how, what: {"field": name, "op": how, "value": what}, st.just(field), op, value)


leaves = st.one_of(
    leaf("reason", st.sampled_from(["is", "is_not", "contains", "starts_with", "gt"]), words),
    leaf("reason", st.sampled_from(["in", "not_in"]), st.lists(words, min_size=1, max_size=4)),
    leaf("reason", st.just("is"), st.one_of(numbers, st.booleans())),
    leaf("amount", st.sampled_from(["is", "gt", "gte", "lt", "lte"]), numbers),
    leaf("count", st.sampled_from(["in", "not_in"]), st.lists(numbers, min_size=1, max_size=4)),
    leaf("urgent", st.sampled_from(["is", "is_not"]), st.booleans()),
    leaf("size", st.sampled_from(["is", "is_not"]), st.sampled_from(["s", "l"])),
    leaf("size", st.sampled_from(["in", "not_in"]), st.lists(st.sampled_from(["s", "l"]), min_size=1, unique=True)),
    leaf("extras", st.sampled_from(["contains", "not_contains"]), st.sampled_from("abc")),
    leaf("extras", st.just("in"), st.lists(st.sampled_from("abc"), min_size=1, max_size=4)),
    leaf("day", st.sampled_from(["is", "gte"]), days),
    leaf("day", st.sampled_from(["before", "after"]), moments),
    leaf("at", st.just("gte"), st.sampled_from(["08:00", "17:30"])),
    leaf("person", st.just("is"), st.sampled_from([7, 12])),
    leaf("requester.department", st.just("is"), st.sampled_from(["it", "hr", "gone"])),
    st.builds(
        lambda field, op: {"field": field, "op": op},
        st.sampled_from(["reason", "day", "extras", "urgent"]),
        st.sampled_from(["empty", "not_empty"]),
    ),
    st.just({"formula": "amount > 500 && reason != 'x'"}),
    st.just({"not": {"field": "urgent", "op": "is", "value": True}}),
)


def group(inner):
    lists = st.lists(inner, min_size=1, max_size=4)
    return st.builds(lambda rule, members: {rule: members}, st.sampled_from(["all", "any"]), lists)


trees = st.one_of(
    st.just({}), leaves, group(leaves), group(st.one_of(leaves, group(leaves))), group(group(group(leaves)))
)


@settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
@example(tree={"field": "amount", "op": "gt", "value": 0.125}, language="de")
@example(tree={"field": "amount", "op": "gt", "value": 1500.0}, language="de")
@example(tree={"all": [{"field": "size", "op": "is", "value": "l"}]}, language="en")
@given(tree=trees, language=st.sampled_from(["de", "en"]))
def test_what_is_printed_is_read_back_as_the_same_condition(tree, language):
    if conditions.check(tree, FIELDS):
        return
    with translation.override(language):
        back = condition_forms.read(sent(tree), "when", FIELDS)
    assert back == tree
    assert repr(type(back)) == repr(type(tree))


def test_plain_conditions_are_rows_and_the_rest_is_text():
    rows = {"any": [{"field": "amount", "op": "gt", "value": 500}, {"all": [{"field": "urgent", "op": "empty"}]}]}
    assert condition_forms.builder("when", rows, FIELDS).mode == "rows"
    for tree in (
        {"all": [{"any": [{"all": [{"field": "urgent", "op": "empty"}]}]}]},
        {"formula": "amount > 5"},
        {"field": "reason", "op": "is", "value": 5},  # a number in a text field: a text control would make it text
        {"field": "reason", "op": "is", "value": " padded"},
    ):
        assert condition_forms.builder("when", tree, FIELDS).mode == "expert"


def test_what_is_wrong_stands_at_its_row_and_what_was_typed_stays():
    post = sent({"any": [{"field": "amount", "op": "gt", "value": 5}, {"field": "reason", "op": "is", "value": "x"}]})
    post.setlist("when-0-value", ["five"])
    with pytest.raises(Invalid) as refusal:
        condition_forms.read(post, "when", FIELDS)
    assert refusal.value.fields == {"when-0": ["Give a number."]}
    shown = condition_forms.typed(post, "when", FIELDS, checked=True)
    markup = printed(shown)
    assert shown.items[0].errors == ("Give a number.",) and not shown.items[1].errors
    assert (
        'value="five" autocomplete="off" aria-label="Value" aria-invalid="true" aria-describedby="when-0-wrong"'
        in markup
    )
    assert 'id="when-0-wrong"' in markup and "In words" not in markup


def test_rows_come_and_go_by_buttons_without_a_script():
    post = sent({"field": "amount", "op": "gt", "value": 5})

    def press(act):
        post.setlist("when-act", [act])
        assert condition_forms.acted(post, "when")
        return Sent(printed(condition_forms.typed(post, "when", FIELDS))).post

    post = press("add")
    assert post.getlist("when-row") == ["0", "1"]
    assert condition_forms.read(post, "when", FIELDS) == {
        "field": "amount",
        "op": "gt",
        "value": 5,
    }  # a blank row is none
    post.setlist("when-1-field", ["reason"])
    post.setlist("when-1-op", ["contains"])
    post.setlist("when-1-value", ["laptop"])
    post = press("group:2")
    post.setlist("when-2.0-field", ["urgent"])
    post.setlist("when-2.0-op", ["is"])
    post.setlist("when-2.0-value", ["true"])
    tree = condition_forms.read(post, "when", FIELDS)
    assert tree["all"][1:] == [
        {"field": "reason", "op": "contains", "value": "laptop"},
        {"any": [{"field": "urgent", "op": "is", "value": True}]},
    ]
    post = press("remove:2")
    assert len(condition_forms.read(post, "when", FIELDS)["all"]) == 2
    post = press("expert")
    assert '"contains"' in post["when-text"]
    post = press("rows")
    assert len(condition_forms.read(post, "when", FIELDS)["all"]) == 2
    post.setlist("when-mode", ["expert"])
    post.setlist("when-text", ['{"all": ['])
    with pytest.raises(Invalid, match="not finished"):
        condition_forms.read(post, "when", FIELDS)


def test_it_says_itself_in_the_readers_language_and_names_a_field_that_is_gone():
    with translation.override("de"):
        markup = printed(condition_forms.builder("when", {"field": "amount", "op": "gt", "value": 1500}, FIELDS))
    assert "Betrag" in markup and 'aria-live="polite"' in markup
    gone = condition_forms.builder("when", {"field": "old", "op": "is", "value": "x"}, FIELDS)
    assert gone.items[0].unknown and "old (not there any more)" in printed(gone)


@pytest.mark.parametrize("post", [
    {"when-row": ["../x", "1.2.3", "9", "9"], "when-9-field": ["amount"], "when-9-op": ["drop"]},
    {"when-row": ["1.0"], "when-1.0-field": ["amount"]},
    {"when-mode": ["expert"], "when-text": ["{" * 5000]},
    {"when-row": [str(n) for n in range(900)], "when-act": ["remove:x"]},
    {"when-mode": ["expert"], "when-text": ['{"field": "amount", "op": "is", "value": NaN}']},
])  # fmt: skip
def test_it_bears_any_input(post):
    found = condition_forms.typed(MultiValueDict(post), "when", FIELDS, checked=True)
    assert printed(found)
