"""Where allauth meets Flowtic: every change it asks for goes through a command, every mail through a job."""

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import mail
from accounts.commands import (
    change_email,
    change_password,
    confirm_email,
    record_failed_login,
    record_login,
    register_person,
)
from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, Conflict

log = structlog.get_logger("flowtic.login")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not correct."),
        "too_many_login_attempts": _(
            "Too many failed attempts. Please wait five minutes and try again, or set a new password."
        ),
    }

    # ---- sign-up ------------------------------------------------------------------------
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(getattr(settings, "FLOWTIC_SIGNUP", True))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        data = form.cleaned_data
        user.set_password(data["password1"])
        try:
            return register_person(
                person=user,
                email=data["email"],
                name=data["name"],
                reason=data["reason"],
                department=data["department"],
                language=(get_language() or settings.LANGUAGE_CODE)[:2],
            )
        except (Conflict, IntegrityError):
            # Somebody signed up with the address at the same moment: answered like any address that has an account.
            raise ImmediateHttpResponse(prevent_enumeration(request, email=data["email"])) from None

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A link from a mail was opened: the address of a sign-up, or the new one of somebody who is in."""
        person = email_address.user
        if email_address.email != person.email:
            return self._change_email(request, email_address)
        with transaction.atomic():
            confirmed = super().confirm_email(request, email_address)
            if confirmed:
                confirm_email(person)
        return bool(confirmed)

    def _change_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        try:
            change_email(Actor(email_address.user, "web"), email_address.user, email=email_address.email)
        except CommandError as error:
            messages.error(request, error.message)
            return False
        self.add_message(
            request, messages.SUCCESS, "account/messages/email_confirmed.txt", {"email": email_address.email}
        )
        return True

    # ---- login ----------------------------------------------------------------------------
    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Who may go on with the login. Suspended people hear what a wrong password hears."""
        person: User | None = super().authenticate(request, **credentials)
        if person is None or person.state in (*User.LOGIN_STATES, User.State.REJECTED):
            return person
        self.pre_authenticate(request, **credentials)  # counts as a failure
        self.authentication_failed(request, **credentials)
        return None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        email = str(credentials.get("email", "")).lower()
        person = User.objects.filter(email=email).first()
        log.warning("login_failed", person=person.pk if person else None, address=self.get_client_ip(request))
        record_failed_login(Actor.anonymous("web"), person)

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        log.info("login", person=user.pk, address=self.get_client_ip(request))
        record_login(Actor(user, "web"), user)
        response: HttpResponse = super().post_login(request, user, **details)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Only people whose sign-up was rejected get here: they gave the right password and may read why."""
        clear_login(request)
        return render(request, "account/account_inactive.html", {"reason": user.decision_reason}, status=403)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether a `next` address stays here: a path of this installation, never another host."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(str(url), allowed_hosts=None)

    # ---- passwords ------------------------------------------------------------------------
    def set_password(self, user: User, password: str) -> None:
        """After allauth proved the person: by the old password, or by a link in a mail to them."""
        keep = self.request is not None and self.request.POST.get("keep_tokens") == "on"
        changed = change_password(Actor(user, "web"), user, password=password, keep_tokens=keep)
        user.password = changed.password

    # ---- mails: only ordered here, written and sent by a worker -----------------------------------
    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        mail.order("confirm", address=emailconfirmation.email_address.pk)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        mail.order("reset", person=user.pk)

    def send_account_already_exists_mail(self, email: str) -> None:
        # A sign-up that makes an account hashes a password; one that does not must take as long.
        make_password("taking as long")
        mail.order("exists", email=email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """What is left: the answer to a reset for an address without an account."""
        if template_prefix.endswith("/unknown_account"):
            mail.order("unknown", email=email)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: notices of a changed password or address follow from the events (accounts/subscribers.py)."""
