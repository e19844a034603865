"""Names of what happens around suggestions. None of it is for requesters."""

from django.utils.translation import gettext_lazy as _

from flowtic.core.events import declare

ACCEPTED = declare("suggestion.accepted", _("%(actor)s accepted a suggestion of the assistant: %(what)s (%(engine)s)"))
FILLED = declare("suggestion.filled", _("The assistant filled in a suggestion: %(what)s (%(engine)s)"))
CHANGED = declare(
    "suggestion.changed", _("%(actor)s chose something else than the assistant suggested: %(what)s (%(engine)s)")
)
DISMISSED = declare(
    "suggestion.dismissed", _("%(actor)s dismissed a suggestion of the assistant: %(what)s (%(engine)s)")
)
TAKEN_BACK = declare(
    "suggestion.taken_back", _("%(actor)s took a suggestion of the assistant back: %(what)s (%(engine)s)")
)
YIELDED = declare(
    "suggestion.yielded", _("The assistant left alone what a person had chosen meanwhile: %(what)s (%(engine)s)")
)
RATED = declare("suggestion.rated", _("%(actor)s rated a suggestion of the assistant: %(what)s (%(engine)s)"))
TRUST_CHANGED = declare("trust.changed", _("%(actor)s set how far suggestions for %(what)s are trusted: %(mode)s"))
SETTINGS_CHANGED = declare("assistant.changed", _("%(actor)s changed the settings of the assistant"))
PROVIDER_SAVED = declare("provider.saved", _("%(actor)s saved the provider of language models %(name)s"))
PROVIDER_DELETED = declare("provider.deleted", _("%(actor)s deleted the provider of language models %(name)s"))
FEATURE_SAVED = declare("assistant.feature_saved", _("%(actor)s chose the language model for %(feature)s: %(model)s"))
DEPARTMENT_SAVED = declare(
    "assistant.department_saved", _("%(actor)s set what the department %(department)s sends to language models")
)
