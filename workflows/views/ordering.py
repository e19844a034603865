"""Lists in an order of their own: where a row is to go, and back to the button that was pressed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


def wanted_place(request: HttpRequest, now: int, length: int) -> int:
    """The place counted from 0: `to` of a row that was dragged, else one up or down from where it is now."""
    text = request.POST.get("to", "")
    if text.isascii() and text.isdigit() and len(text) < 5:
        wanted = int(text)
    else:
        wanted = now + (-1 if request.POST.get("way") == "up" else 1)
    return max(0, min(wanted, length - 1))


def back_to_order(request: HttpRequest, name: str, place: int, length: int) -> HttpResponse:
    """The page of rules; the focus goes to the row's button of the same way, at an edge to the other one."""
    way = "up" if (request.POST.get("way") == "up" and place) or place == length - 1 else "down"
    return redirect(f"{reverse('workflows:rules')}#{name}-{way}")
