"""Articles and their categories in Django admin, written by the commands."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from flowtic.admin_site import CommandAdmin, CommandModelForm, ReadOnlyAdmin
from knowledge.commands import (
    change_article,
    create_article,
    publish_article,
    remove_article,
    remove_category,
    save_category,
    save_draft,
    set_state,
)
from knowledge.commands.texts import written_text
from knowledge.forms import TagsField
from knowledge.models import Article, ArticleVersion, Category, SearchMiss

TEXT = ("title", "body", "category", "tags")


@admin.register(Category)
class CategoryAdmin(CommandAdmin):
    fields = ("key", "name_de", "name_en", "parent", "position", "active")
    fixed = ("key",)
    removable = True
    list_display = ("key", "name_de", "name_en", "parent", "position", "active")
    list_filter = ("active",)
    search_fields = ("key", "name_de", "name_en")

    def command(self, request: Any, row: Category | None, data: dict[str, Any]) -> Category:
        return save_category(request.actor, row, **data)

    def remove(self, request: Any, row: Category) -> None:
        remove_category(request.actor, row)


class ArticleForm(CommandModelForm):
    """The text that is being written: saving keeps it as a draft."""

    tags = TagsField(label=_("Tags"), required=False, max_length=1300, help_text=_("Separated by commas."))

    class Meta:
        model = Article
        fields = ("title", "language", "category", "body", "public", "owner", "review_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            text = written_text(self.instance)
            self.initial.update({**text, "category": text["category"].pk})


@admin.register(Article)
class ArticleAdmin(CommandAdmin):
    """Texts are saved as drafts; the actions publish and switch."""

    form = ArticleForm
    removable = True
    list_display = ("title", "language", "category", "state", "public", "version", "owner", "review_on")
    list_filter = ("state", "public", "language", "category")
    list_select_related = ("category", "owner")
    search_fields = ("title",)
    ordering = ("-updated_at",)
    readonly_fields = ("state", "version", "slug", "created_at", "updated_at", "imported_from")
    fields = (*("title", "language", "category", "tags", "body", "public", "owner", "review_on"), *readonly_fields)
    actions = ("publish", "deactivate", "activate")

    def command(self, request: Any, row: Article | None, data: dict[str, Any]) -> Article:
        text = {name: data[name] for name in TEXT}
        values = {name: data[name] for name in ("public", "owner", "review_on")}
        if row is None:
            made = create_article(request.actor, **text, language=data["language"], public=values.pop("public"))
            values["owner"] = values["owner"] or made.owner
            return change_article(request.actor, made, **values)
        save_draft(request.actor, row, rev=None, **text)
        return change_article(request.actor, row, **values, language=data["language"])

    def remove(self, request: Any, row: Article) -> None:
        remove_article(request.actor, row)

    @admin.action(description=_("Publish the drafts"))
    def publish(self, request: Any, queryset: Any) -> None:
        self.each(request, queryset, lambda row: publish_article(request.actor, row, note=""), _("Published."))

    @admin.action(description=_("Make inactive"))
    def deactivate(self, request: Any, queryset: Any) -> None:
        self.each(request, queryset, lambda row: set_state(request.actor, row, state="inactive"), _("Inactive."))

    @admin.action(description=_("Make active"))
    def activate(self, request: Any, queryset: Any) -> None:
        self.each(request, queryset, lambda row: set_state(request.actor, row, state="active"), _("Active."))


@admin.register(ArticleVersion)
class ArticleVersionAdmin(ReadOnlyAdmin):
    list_display = ("article", "number", "title", "author", "created_at")
    list_select_related = ("article", "author")
    search_fields = ("title",)


@admin.register(SearchMiss)
class SearchMissAdmin(ReadOnlyAdmin):
    list_display = ("text", "language", "count", "last_at")
    search_fields = ("text",)
    ordering = ("-count",)
