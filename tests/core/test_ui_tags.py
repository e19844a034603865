"""The tags of {% load ui %}: right markup, everything escaped, no query."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from flowtic.core import time_words

pytestmark = pytest.mark.urls("tests.core.front_urls")

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EVIL = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"), timezone.override("Europe/Berlin"):
        yield


def shown(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def person(**fields: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"pk": 7, "name": "Theo Brandt", "initials": "TB", "hue": 3, "avatar_url": ""} | fields)


def ticket(**fields: Any) -> SimpleNamespace:
    status = SimpleNamespace(kind="assigned", category=fields.pop("category", "assigned"), name="Assigned")
    times = {"created_at": NOW - timedelta(hours=3), "due_at": NOW + timedelta(hours=1)}
    return SimpleNamespace(**times | {"status": status} | fields)


class PhoneForm(forms.Form):
    phone = forms.CharField(label="Phone", required=False, help_text="With area code.")
    subject = forms.CharField(label="Subject", max_length=20)
    kind = forms.ChoiceField(choices=[("a", "Alpha"), ("b", "Beta")], widget=forms.RadioSelect)
    news = forms.BooleanField(required=False)
    secret = forms.CharField(widget=forms.PasswordInput, required=False)

    def clean_phone(self) -> str:
        if not self.cleaned_data["phone"].startswith("+"):
            raise forms.ValidationError("Start with + please")
        return self.cleaned_data["phone"]


# ---- pictures and people ---------------------------------------------------------------


def test_icon_points_into_the_sprite_and_is_silent() -> None:
    html = shown('{% icon "ticket" "ico-14" %}')
    assert 'class="ico ico-14" aria-hidden="true"' in html
    assert "icons.svg#i-ticket" in html


def test_avatar_shows_picture_else_initials_else_dashed_ring() -> None:
    assert 'class="av av-32 hue-3" aria-hidden="true">TB<' in shown("{% avatar p 32 %}", p=person())
    assert '<img src="/avatars/x" alt="" width="52"' in shown("{% avatar p 52 %}", p=person(avatar_url="/avatars/x"))
    assert "av-none" in shown("{% avatar p %}", p=None)


def test_unknown_avatar_size_falls_back_to_a_class_that_exists() -> None:
    assert "av-20" in shown("{% avatar p 21 %}", p=person())


def test_person_button_is_a_real_link_to_the_person() -> None:
    html = shown("{% person_button p %}", p=person())
    assert 'href="/people/7" data-card>' in html
    assert "<span>Theo Brandt</span>" in html


def test_short_person_button_keeps_the_whole_name_as_title() -> None:
    html = shown("{% person_button p short=True size=0 %}", p=person())
    assert 'title="Theo Brandt"' in html
    assert "<span>Theo B.</span>" in html
    assert "av-" not in html


def test_person_button_without_link_or_person_is_plain_text() -> None:
    assert "<a" not in shown("{% person_button p link=False %}", p=person())
    assert "Nobody" in shown("{% person_button p %}", p=None)


@pytest.mark.parametrize("source", ["{% person_button p %}", "{% person_button p short=True %}", "{% avatar p 32 %}"])
def test_names_and_addresses_are_escaped(source: str) -> None:
    html = shown(source, p=person(name=EVIL, initials="<b>", avatar_url=""))
    assert "<script>" not in html
    assert "<b>" not in html
    assert "<script>" not in shown("{% avatar p %}", p=person(avatar_url=EVIL))


# ---- status, priority, due time -----------------------------------------------------------


def test_status_label_shows_glyph_of_the_kind_and_own_name() -> None:
    status = SimpleNamespace(kind="waiting_requester", name=EVIL, category="waiting")
    html = shown("{% status_label s %}", s=status)
    assert "icons.svg#s-waiting_requester" in html
    assert "st-waiting_requester" in html
    assert "<script>" not in html


def test_priority_without_text_has_a_spoken_name() -> None:
    high = SimpleNamespace(key="high", name="High", rank=3)
    assert 'role="img" title="Priority: High"' in shown("{% priority_glyph p %}", p=high)
    assert shown("{% priority_glyph p text=True %}", p=high).endswith("High</span>")


@pytest.mark.parametrize(
    ("left", "state", "text", "percent"),
    [
        (timedelta(hours=6), "ok", "6 h", 35),
        (timedelta(minutes=30), "soon", "30 min", 85),
        (timedelta(minutes=-72), "over", "−1 h 12 min", 100),
        (timedelta(days=2, hours=5), "ok", "2 d 5 h", 5),
        (timedelta(days=9, hours=5), "ok", "9 d", 0),
    ],
)
def test_due_states(left: timedelta, state: str, text: str, percent: int) -> None:
    due = time_words.due_of(ticket(due_at=NOW + left), NOW)
    assert due is not None
    assert (due.state, due.text, due.percent) == (state, text, percent)


def test_due_is_paused_while_waiting_and_gone_when_done() -> None:
    assert time_words.due_of(ticket(category="waiting"), NOW).state == "paused"  # type: ignore[union-attr]
    for done in ("resolved", "closed"):
        assert time_words.due_of(ticket(category=done), NOW) is None
    assert time_words.due_of(ticket(due_at=None), NOW) is None


def test_due_before_creation_counts_as_used_up() -> None:
    due = time_words.due_of(ticket(created_at=NOW + timedelta(hours=2)), NOW)
    assert due is not None
    assert due.percent == 100


def test_due_badge_prints_ring_class_or_overdue_word() -> None:
    later = timezone.now() + timedelta(hours=5)
    assert 'class="slar slar-' in shown("{% due_badge t %}", t=ticket(created_at=timezone.now(), due_at=later))
    html = shown("{% due_badge t %}", t=ticket(due_at=NOW - timedelta(days=1), created_at=NOW - timedelta(days=2)))
    assert "g-over" in html
    assert 'sr-only">overdue' in html
    assert shown("{% due_badge t %}", t=ticket(due_at=None)) == ""


# ---- forms --------------------------------------------------------------------------------


def test_field_ties_label_help_and_error_to_the_control() -> None:
    html = shown("{% field f.phone %}", f=PhoneForm({"phone": "555"}))
    assert '<label class="label" for="id_phone">Phone <span class="opt">(optional)' in html
    assert 'aria-describedby="id_phone_error id_phone_helptext"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_phone_error"' in html
    assert 'value="555"' in html


def test_field_escapes_what_was_typed() -> None:
    html = shown("{% field f.subject %}", f=PhoneForm({"subject": EVIL}))
    assert "<script>" not in html


def test_required_field_says_nothing_and_unknown_options_become_attributes() -> None:
    html = shown('{% field f.subject placeholder="Short" data_x="1" classes="full" %}', f=PhoneForm())
    assert "optional" not in html
    assert 'class="field-wrap full"' in html
    assert 'placeholder="Short"' in html
    assert 'data-x="1"' in html


def test_radio_group_is_a_fieldset_with_one_class_per_option() -> None:
    html = shown("{% field f.kind %}", f=PhoneForm())
    assert html.strip().startswith("<fieldset")
    assert html.count('class="radio"') == 2
    assert "<legend" in html


def test_switch_is_a_checkbox_with_that_role() -> None:
    assert 'role="switch"' in shown("{% field f.news switch=True %}", f=PhoneForm())


def test_inline_validation_only_where_the_form_names_an_address() -> None:
    assert "hx-post" not in shown("{% field f.phone %}", f=PhoneForm())
    form = PhoneForm()
    form.validate_url = "/me/profile/validate"  # type: ignore[attr-defined]
    html = shown("{% field f.phone %}", f=form)
    assert 'hx-post="/me/profile/validate?field=phone"' in html
    assert 'hx-target="closest .field-wrap"' in html
    assert "hx-post" not in shown("{% field f.secret %}", f=form)


# ---- words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("past", "words", "short"),
    [
        (timedelta(seconds=20), "just now", "now"),
        (timedelta(minutes=12), "12 min ago", "12 min"),
        (timedelta(hours=3, minutes=50), "3 h ago", "3 h"),
        (timedelta(days=6), "6 d ago", "6 d"),
        (timedelta(days=40), "October 11", "October 11"),
    ],
)
def test_time_words(past: timedelta, words: str, short: str) -> None:
    assert time_words.ago(NOW - past, NOW) == words
    assert time_words.age(NOW - past, NOW) == short


def test_time_ago_carries_the_exact_local_time() -> None:
    html = shown("{% time_ago t %}", t=datetime(2020, 7, 1, 10, 0, tzinfo=UTC))
    assert 'datetime="2020-07-01T10:00Z"' in html
    assert "noon" in html or "12:00" in html or "12 p.m." in html
    assert shown("{% time_ago t %}", t=None) == ""


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (900, "900 B"), (219_000, "214 KB"), (5_500_000, "5.2 MB"), (None, "0 B")]
)
def test_file_size(size: int | None, text: str) -> None:
    assert shown("{% file_size n %}", n=size) == text


def test_file_size_speaks_the_readers_language() -> None:
    with translation.override("de"):
        assert shown("{% file_size n %}", n=5_500_000) == "5,2 MB"


def test_query_string_changes_one_key_and_goes_back_to_the_first_page() -> None:
    request = RequestFactory().get("/tickets?status=new&status=assigned&cursor=abc&q=a%26b")
    html = shown('{% query_string sort="due" q=None %}', request=request)
    assert html == "?status=new&amp;status=assigned&amp;sort=due"


def test_last_segment_survives_odd_paths() -> None:
    assert shown("{{ p|last_segment }}", p="/tickets/FT-1/") == "FT-1"
    assert shown("{{ p|last_segment }}", p="/") == ""
