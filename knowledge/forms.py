"""Forms of the knowledge pages. They check input; what is allowed, the commands decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.forms import CommandForm
from accounts.models import User
from flowtic.core.plain_text import KEY
from knowledge.models import Article, Category
from knowledge.queries import flat, tree

INDENT = "\u2003"


class TagsField(forms.CharField):
    """`vpn, certificate` as a list of words."""

    def clean(self, value: Any) -> Any:
        return [word.strip() for word in super().clean(value).split(",") if word.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class CategoryField(forms.ModelChoiceField):
    """A choice that shows the tree."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Category.objects.all(), label=gettext_lazy("Category"), **options)

    def offer(self, actor: Any, chosen: int | None = None, *, without: int | None = None) -> None:
        """The categories in use (and the one that is chosen already), indented."""
        rows = [row for row in flat(tree(actor, Article.objects.none())) if row.category.pk != without]
        used = [row for row in rows if row.category.active or row.category.pk == chosen]
        empty = [("", self.empty_label)] if self.empty_label else []
        self.choices = empty + [(row.category.pk, f"{INDENT * row.depth}{row.category.name}") for row in used]


class NewArticleForm(CommandForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Article.Language.choices)
    category = CategoryField(empty_label=None)

    def __init__(self, *args: Any, actor: Any, original: Article | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].offer(actor, original.category_id if original else None)  # type: ignore[attr-defined]
        if original is not None:
            self.fields["language"].disabled = True


class TextForm(CommandForm):
    """What goes into the draft."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    body = forms.CharField(label=gettext_lazy("Text"), required=False, strip=False, widget=forms.Textarea)
    category = CategoryField(empty_label=None)
    tags = TagsField(
        label=gettext_lazy("Tags"), required=False, max_length=1300, help_text=gettext_lazy("Separated by commas.")
    )
    rev = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, actor: Any, chosen: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].offer(actor, chosen)  # type: ignore[attr-defined]


class PropertiesForm(CommandForm):
    """What takes effect at once."""

    public = forms.BooleanField(
        label=gettext_lazy("Public"),
        required=False,
        help_text=gettext_lazy("Every user can read it in the portal, once it is published."),
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Owner"), required=False, empty_label=pgettext_lazy("owner", "nobody")
    )
    review_on = forms.DateField(
        label=gettext_lazy("Review on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        writers = User.objects.active().filter(role__in=("support", "admin"))
        kept = User.objects.filter(pk=article.owner_id) if article.owner_id else User.objects.none()
        self.fields["owner"].queryset = (writers | kept).distinct().order_by("name", "pk")  # type: ignore[attr-defined]


class PublishForm(CommandForm):
    note = forms.CharField(
        label=gettext_lazy("What changed"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Stands in the list of versions."),
    )
    translation_current = forms.BooleanField(
        label=gettext_lazy("This translation says what the original says today"), required=False
    )
    rev = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ReviewForm(CommandForm):
    next_on = forms.DateField(
        label=gettext_lazy("Next review"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class CategoryForm(CommandForm):
    name_de = forms.CharField(label=gettext_lazy("Name (German)"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=100)
    key = forms.RegexField(
        KEY,
        label=gettext_lazy("Key"),
        error_messages={
            "invalid": gettext_lazy("Please use small letters, digits, hyphens and underscores only."),
        },
        help_text=gettext_lazy("Stands in addresses; it cannot be changed later."),
    )
    parent = CategoryField(required=False, empty_label=pgettext_lazy("parent category", "none"))
    position = forms.IntegerField(label=gettext_lazy("Position"), min_value=0, max_value=10_000, initial=0)
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Any, category: Category | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.label = gettext_lazy("Below")
        parent.offer(actor, category.parent_id if category else None, without=category.pk if category else None)
        self.fields["key"].disabled = category is not None
