"""The tile of the knowledge base in the administration."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from flowtic.core.settings_home import WARN, Fact, Reading, tile
from knowledge.models import Article


def articles(actor: Any) -> Reading:
    due = Article.objects.overdue(timezone.localdate()).count()
    if due:
        return Reading([Fact(ngettext("%(n)d review is due", "%(n)d reviews are due", due) % {"n": due}, WARN)])
    return Reading([Fact(_("No review is due"))])


tile(
    "knowledge", gettext_lazy("Knowledge"), "book", "knowledge:categories", "automation", read=articles, order=50,
    words=gettext_lazy("articles categories reviews help FAQ"),
)  # fmt: skip
