"""One's own API tokens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.commands import create_token, revoke_token
from accounts.forms import TokenForm
from accounts.models import ApiToken
from accounts.queries import tokens
from accounts.views.gate import PersonRequest
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest) -> HttpResponse:
    """Lists the tokens; a POST makes one and shows its text this one time."""
    person = request.actor.user
    form = TokenForm(request.POST if request.method == "POST" else None, for_role=person.role)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            token, text = create_token(
                request.actor, person, name=data["name"], scopes=data["scopes"], expires_at=form.expires_at()
            )
            # Not a redirect: the text would have to be kept somewhere until the next request.
            return render(request, "accounts/tokens/created.html", {"token": token, "text": text}, status=201)
        except CommandError as error:
            form.refuse(error)
    context = {"form": form, "tokens": tokens(request.actor, person)}
    return render(request, "accounts/tokens/page.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """Ends one of one's own tokens."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.actor), pk=pk, user=request.actor.user)
    token = revoke_token(request.actor, token)
    message = _("The token “%(name)s” works no longer.") % {"name": token.name}
    if wants_fragment(request):
        return render(request, "accounts/tokens/_row.html", {"token": token, "toast": message})
    messages.success(request, message)
    return redirect("accounts:tokens")
