"""The building blocks of every page: {% load ui %}. Each tag returns finished, escaped markup and asks no database."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from flowtic.core import time_words
from flowtic.core.form_markup import field_context

register = template.Library()

AVATAR_SIZES = (16, 20, 24, 28, 30, 32, 52, 96)
PAGING_KEYS = ("cursor", "page")


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("icons.svg")


@lru_cache(maxsize=1024)
def _use(symbol: str, classes: str) -> SafeString:
    picture = f'<use href="{_sprite()}#{conditional_escape(symbol)}"/>'
    return mark_safe(f'<svg class="{conditional_escape(classes)}" aria-hidden="true">{picture}</svg>')  # noqa: S308


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """{% icon "ticket" "ico-14" %}: a 16 px picture that says nothing to a screen reader."""
    return _use(f"i-{name}", f"ico {classes}".rstrip())


@register.simple_tag
def brand(classes: str = "") -> SafeString:
    """The product's mark."""
    return _use("brand", f"brand-mark {classes}".rstrip())


@register.simple_tag
def avatar(person: Any, size: int = 20, classes: str = "") -> SafeString:
    """{% avatar person 32 %}: picture, initials or (nobody) a dashed ring. Decorative: the name stands beside it."""
    size = size if size in AVATAR_SIZES else 20
    base = f"av av-{size} {classes}".rstrip()
    if not person:
        return format_html('<span class="{} av-none" aria-hidden="true">{}</span>', base, _use("i-user", "ico"))
    if url := person.avatar_url:
        return format_html(
            '<span class="{}" aria-hidden="true"><img src="{}" alt="" width="{}" height="{}" loading="lazy"></span>',
            base, url, size, size,
        )  # fmt: skip
    return format_html('<span class="{} hue-{}" aria-hidden="true">{}</span>', base, person.hue, person.initials)


@lru_cache(maxsize=4096)
def _person_url(pk: Any, prefix: str) -> str:
    try:
        return reverse("accounts:person", args=[pk])
    except NoReverseMatch:
        return ""


@register.simple_tag
def person_button(person: Any, size: int = 20, short: bool = False, link: bool = True, classes: str = "") -> SafeString:
    """{% person_button person %}: avatar and name; opens the contact card, without JavaScript the person's page.

    size=0 leaves the avatar out, short=True prints "Theo B.", link=False (portal: requesters see no cards) only shows.
    """
    if not person:
        return format_html('<span class="who">{}<span>{}</span></span>', avatar(None, size), _("Nobody"))
    name = short_name(person.name) if short else person.name
    url = _person_url(person.pk, get_script_prefix()) if link else ""
    classes = f"who {classes}".rstrip()
    picture = avatar(person, size) if size else ""
    if not url:
        return format_html('<span class="{}">{}<span>{}</span></span>', classes, picture, name)
    title = format_html(' title="{}"', person.name) if short else ""
    return format_html('<a class="{}" href="{}" data-card{}>{}<span>{}</span></a>', classes, url, title, picture, name)


@register.filter
def short_name(name: str) -> str:
    """Theo Brandt -> Theo B."""
    first, *rest = name.split()[:1] + name.split()[-1:] if " " in name else [name]
    return f"{first} {rest[0][0]}." if rest else first


@register.simple_tag
def status_label(status: Any, text: bool = True, classes: str = "") -> SafeString:
    """{% status_label ticket.status %}: glyph of the kind and the status's own name."""
    return _status_label(str(status.kind), str(status.name), text, classes)


@lru_cache(maxsize=1024)
def _status_label(kind: str, word: str, text: bool, classes: str) -> SafeString:
    name = word if text else format_html('<span class="sr-only">{}</span>', word)
    return format_html(
        '<span class="{}">{}{}</span>', f"gl {classes}".rstrip(), _use(f"s-{kind}", f"glyph st-{kind}"), name
    )


@register.simple_tag
def priority_glyph(priority: Any, text: bool = False) -> SafeString:
    """{% priority_glyph ticket.priority text=True %}: shape of the priority, with its word if asked for."""
    symbol, classes = f"p-{priority.key}", f"glyph pr-{priority.key}"
    if text:
        return format_html('<span class="gl">{}{}</span>', _use(symbol, classes), priority.name)
    spoken = _("Priority: %(name)s") % {"name": priority.name}
    return format_html('<span class="gl" role="img" title="{}">{}</span>', spoken, _use(symbol, classes))


@register.simple_tag
def due_badge(ticket: Any, long: bool = False) -> SafeString | str:
    """{% due_badge ticket %}: ring and time left, triangle when overdue, bars when paused; else nothing."""
    due = time_words.due_of(ticket)
    if due is None:
        return ""
    title = time_words.full(ticket.due_at) if ticket.due_at else ""
    return _due_badge(due, title, long, get_language())


@lru_cache(maxsize=4096)
def _due_badge(due: time_words.Due, title: str, long: bool, _language: str | None) -> SafeString:
    """Kept for all that it prints."""
    if due.state == "over":
        mark: SafeString = mark_safe('<i class="g-over"></i>')  # drawn by rows.css: lists hold many
        text = _("Overdue by %(span)s") % {"span": due.text.lstrip("−")} if long else due.text
    elif due.state == "paused":
        mark, text = _use("g-pause", "glyph"), due.text
    else:
        mark = format_html('<i class="slar slar-{}"></i>', due.percent)
        text = _("Due in %(span)s") % {"span": due.text} if long else due.text
    spoken = format_html('<span class="sr-only">{} </span>', _("overdue")) if due.state == "over" and not long else ""
    return format_html('<span class="gl due due-{}" title="{}">{}{}{}</span>', due.state, title, mark, spoken, text)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """{% field form.phone %}: label, control, help and error of one field.

    Options: label, help, hide_label, mark (the word "optional"), switch, classes (of the wrapper); anything else
    becomes an attribute of the control: rows=6 placeholder="…" autocomplete="tel" data_draft="x".
    """
    return field_context(bound, options)


@register.simple_tag
def time_ago(moment: datetime | None, short: bool = False) -> SafeString | str:
    """{% time_ago dt %}: 12 min ago (short: 12 min), the exact local time as title; nothing for None."""
    if moment is None:
        return ""
    text = time_words.age(moment) if short else time_words.ago(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', time_words.machine(moment), time_words.full(moment), text
    )


@register.simple_tag
def kbd(*keys: str) -> SafeString:
    """{% kbd "Ctrl" "K" %}: keys as drawn on the keyboard; hidden on phones and from screen readers."""
    words = {"Ctrl": _("Ctrl"), "Shift": _("Shift"), "Enter": "↵"}
    drawn = format_html_join("", '<kbd class="kbd">{}</kbd>', ((words.get(key, key),) for key in keys))
    return format_html('<span class="kbds" aria-hidden="true">{}</span>', drawn)


@register.simple_tag
def file_size(size: int | None) -> str:
    """{% file_size 214000 %}: 209 KB, in the reader's number format."""
    amount, unit = float(size or 0), "B"
    for bigger in ("KB", "MB", "GB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, bigger
    decimals = 1 if unit not in ("B", "KB") and amount < 100 else 0
    return f"{number_format(round(amount, decimals), decimals)} {unit}"


@register.simple_tag(takes_context=True)
def query_string(context: Context, **changes: Any) -> str:
    """{% query_string sort="due" %}: this page's query with changes, back on the first page. None or "" removes a key.

    Where the place in the list must stay, use Django's own {% querystring %}.
    """
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key in PAGING_KEYS:
        query.pop(key, None)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, (list, tuple, set)):
            query.setlist(key, [str(item) for item in value])
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", icon: str = "inbox", url: str = "", action: str = "") -> dict[str, str]:
    """{% empty_state title text icon="ticket" url=new_url action=label %}: what to do where there is nothing yet."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action}


@register.filter
def last_segment(path: str) -> str:
    """/tickets/FT-2026-000123/ -> FT-2026-000123: a guess for the search box of the 404 page."""
    return path.rstrip("/").rsplit("/", 1)[-1]
