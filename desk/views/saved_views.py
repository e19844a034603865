"""Saving, changing and ordering the views of the list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.views.gate import PersonRequest
from desk.commands import arrange_views, delete_view, save_view
from desk.forms.views import ViewForm
from desk.list_views import offered, saved_view
from desk.models import SavedView
from desk.queries import TicketList
from desk.views.gate import desk_page
from flowtic.core.errors import CommandError, NotFound
from flowtic.core.http import wants_fragment
from flowtic.core.policy import allows, require


@desk_page
@require_safe
def manage(request: PersonRequest) -> HttpResponse:
    """All views of the person: their order, which are hidden, and those that may be changed."""
    shown, hidden = offered(request.actor)
    if wants_fragment(request):
        return render(request, "desk/queue/_views.html", {"shown": shown})
    rows = {row.key: row for row in SavedView.objects.visible_to(request.actor).select_related("department")}
    editable = {key for key, row in rows.items() if allows(request.actor, "view.edit", row)}
    known = {view.key for view in [*shown, *hidden]}
    others = [row for key, row in rows.items() if key not in known]
    context = {"shown": shown, "hidden": hidden, "others": others, "rows": rows, "editable": editable}
    return render(request, "desk/queue/views.html", context)


@desk_page
def new(request: PersonRequest) -> HttpResponse:
    """A view of the list that the address describes."""
    if request.method == "POST":
        return _saved(request, ViewForm(request.POST, actor=request.actor), _("View saved."))
    found = TicketList(request.actor, request.GET)
    name = f"{found.base.label} 2"[:60] if found.base and found.base.pk else ""
    form = ViewForm(actor=request.actor, initial={"query": found.state.query, "name_de": name})
    return render(request, "desk/queue/view.html", {"form": form, "chips": found.chips})


@desk_page
def edit(request: PersonRequest, key: str) -> HttpResponse:
    """Name, colour and who has it."""
    row = saved_view(request.actor, key)
    require(request.actor, "view.edit", row)
    if request.method == "POST":
        return _saved(request, ViewForm(request.POST, actor=request.actor, view=row), _("View saved."))
    return render(request, "desk/queue/view.html", {"form": ViewForm(actor=request.actor, view=row), "view": row})


@desk_page
@require_POST
def query(request: PersonRequest, key: str) -> HttpResponse:
    """The view takes over the filters, order, groups and columns of the list that is looked at."""
    row = save_view(request.actor, saved_view(request.actor, key), query=request.POST.get("query", ""))
    messages.success(request, _("View saved."))
    return redirect(f"/tickets?view={row.key}")


@desk_page
@require_POST
def remove(request: PersonRequest, key: str) -> HttpResponse:
    delete_view(request.actor, saved_view(request.actor, key))
    messages.success(request, _("View deleted."))
    return redirect("desk:views")


@desk_page
@require_POST
def place(request: PersonRequest, key: str) -> HttpResponse:
    """One place up or down, hidden, or shown again."""
    lists = offered(request.actor)
    shown, hidden = ([view.key for view in part] for part in lists)
    if key not in [*shown, *hidden]:
        raise NotFound(_("There is no view of this name."))
    to = request.POST.get("to", "")
    if to in ("up", "down") and key in shown:
        at = shown.index(key)
        other = max(0, at - 1) if to == "up" else min(len(shown) - 1, at + 1)
        shown.insert(other, shown.pop(at))
    elif to == "hide" and key in shown and key != "open":
        shown.remove(key)
        hidden.append(key)
    elif to == "show" and key in hidden:
        hidden.remove(key)
        shown.append(key)
    arrange_views(request.actor, request.user, shown=shown, hidden=hidden)
    return redirect(f"{request.path.rpartition('/tickets/views')[0]}/tickets/views#view-{key}")


def _saved(request: PersonRequest, form: ViewForm, said: str) -> HttpResponse:
    if form.is_valid():
        try:
            row = form.apply()
        except CommandError as error:
            if error.status not in (409, 422):
                raise
            form.add_error(None, [error.message, *(text for texts in error.fields.values() for text in texts)])
        else:
            messages.success(request, said)
            return redirect(f"/tickets?view={row.key}")
    return render(request, "desk/queue/view.html", {"form": form, "view": form.view}, status=422)
