"""A workflow or a form from a description: the wish, the wait, and on to the proposal."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest
from ai_assist import llm
from ai_assist.design.asking import ask_design, ask_new_workflow, target_of
from ai_assist.design.forms import NEW, WishForm, free_key
from ai_assist.models import Suggestion
from ai_assist.queries import assistant_on
from ai_assist.views.gate import readable
from flowtic.core.errors import CommandError, Forbidden, NotFound
from flowtic.core.http import wants_fragment
from workflows.views.gate import go, workflow_page

FEATURES = (Suggestion.Feature.WORKFLOW, Suggestion.Feature.FORM)


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: PersonRequest) -> HttpResponse:
    """What shall change, in plain words."""
    if not assistant_on():
        raise NotFound(_("The assistant is off."))
    given, about = request.GET.get("workflow", "")[:60], request.GET.get("form", "")[:60]
    chosen = f"workflow:{given}" if given else f"form:{about}" if about else NEW
    initial = {"target": chosen, "wish": request.GET.get("wish", "")[:2000]}
    form = WishForm(request.actor, request.POST if request.method == "POST" else None, initial=initial)
    if not form.fields["target"].choices:  # type: ignore[attr-defined]
        raise Forbidden(_("You look after no workflow and no form."))
    if form.is_bound and form.is_valid():
        try:
            row = _ask(request, form)
        except CommandError as error:
            form.refuse(error)
        else:
            return redirect("ai:design", row.key)
    feature = Suggestion.Feature.FORM if about else Suggestion.Feature.WORKFLOW
    context = {"form": form, "missing": llm.why_not(feature), "about": about if f"form:{about}" in form.targets else ""}
    return render(request, "ai_assist/design/describe.html", context, status=422 if form.is_bound else 200)


@workflow_page
@require_safe
def waiting(request: PersonRequest, key: str) -> HttpResponse:
    """Until the proposal is there; a failure keeps the wish for another try."""
    row = readable(request, key)
    if row.feature not in FEATURES:
        raise NotFound(_("This suggestion does not exist."))
    if row.state == Suggestion.State.READY and row.value:
        return go(request, reverse("workflows:proposal", args=[row.value["proposal"]]))
    name = "ai_assist/design/_waiting.html" if wants_fragment(request) else "ai_assist/design/waiting.html"
    return render(request, name, {"suggestion": row, "target": target_of(row)})


def _ask(request: PersonRequest, form: WishForm) -> Suggestion:
    data = form.cleaned_data
    target = form.chosen
    if target is not None:
        return ask_design(request.actor, target, wish=data["wish"])
    name = data["name"].strip()
    return ask_new_workflow(
        request.actor, key=free_key(name), name_de=name, name_en=name, department=None, wish=data["wish"]
    )
