from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WORDS = ("flowtic", "ticket", "helpdesk", "support", "passwort", "password")


class ProductWordValidator:
    """Refuses passwords that are little more than a word everybody tries first at a help desk."""

    def validate(self, password: str, user: Any = None) -> None:
        rest = password.lower()
        for word in WORDS:
            rest = rest.replace(word, "")
        if len(rest) < 6 and rest != password.lower():
            raise ValidationError(self.get_help_text(), code="password_product_word")

    def get_help_text(self) -> str:
        return _("The password must not be made of words such as flowtic, ticket or support.")
