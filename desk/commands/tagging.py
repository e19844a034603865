from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from desk.models import Tag
from flowtic.core.errors import Invalid

MAX_TAGS = 20


def clean_tags(names: Iterable[str]) -> list[str]:
    """Lower case, one line, each once. Raises Invalid for more than 20 or too long ones."""
    found: dict[str, None] = {}
    for name in names:
        tag = " ".join("".join(char if char.isprintable() and char != "," else " " for char in name).split()).lower()
        if len(tag) > 60:
            raise Invalid(fields={"tags": _("A tag may have up to 60 characters.")})
        if tag:
            found[tag] = None
    if len(found) > MAX_TAGS:
        raise Invalid(fields={"tags": _("A ticket may have up to 20 tags.")})
    return list(found)


def tags_named(names: Sequence[str]) -> list[Tag]:
    """The rows of cleaned names, made where missing; two at once make one."""
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    for name in sorted(set(names) - set(known)):
        try:
            with transaction.atomic():
                known[name] = Tag.objects.create(name=name)
        except IntegrityError:
            known[name] = Tag.objects.get(name=name)
    return [known[name] for name in names]
