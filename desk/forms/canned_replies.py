"""Form of a canned reply."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from desk.forms.conversation import RefusableForm
from desk.models import CannedReply
from flowtic.core.actor import Actor


class CannedReplyForm(RefusableForm):
    name = forms.CharField(max_length=80, label=_("Name"), help_text=_("What people type to find it"))
    text_de = forms.CharField(required=False, strip=False, label=_("German text"), widget=forms.Textarea)
    text_en = forms.CharField(required=False, strip=False, label=_("English text"), widget=forms.Textarea)
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        required=False,
        label=_("Only for these departments"),
        help_text=_("None chosen: for all"),
        widget=forms.CheckboxSelectMultiple,
    )
    active = forms.BooleanField(required=False, initial=True, label=_("Active"))

    def __init__(self, *args: Any, actor: Actor, reply: CannedReply | None, own: bool, **kwargs: Any) -> None:
        if reply is not None:
            names = ("name", "text_de", "text_en", "active")
            kwargs["initial"] = {name: getattr(reply, name) for name in names} | {
                "departments": reply.departments.all()
            }
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["departments"]
        else:
            field: Any = self.fields["departments"]
            field.queryset = Department.objects.active()
