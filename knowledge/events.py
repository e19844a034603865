"""Names of what happens to articles, with the sentence people read. None of it is for requesters."""

from django.utils.translation import gettext_lazy as _

from flowtic.core.events import declare

CREATED = declare("article.created", _("%(actor)s created the article %(subject)s"))
DRAFTED = declare("article.drafted", _("%(actor)s began to change the article %(subject)s"))
DISCARDED = declare("article.draft_discarded", _("%(actor)s discarded the changes to the article %(subject)s"))
PUBLISHED = declare("article.published", _("%(actor)s published the article %(subject)s"))
STATE_CHANGED = declare("article.state_changed", _("%(actor)s changed the state of the article %(subject)s"))
RESTORED = declare("article.version_restored", _("%(actor)s took up an earlier version of the article %(subject)s"))
CHANGED = declare("article.changed", _("%(actor)s changed the settings of the article %(subject)s"))
REVIEWED = declare("article.reviewed", _("%(actor)s reviewed the article %(subject)s"))
LINKED = declare("article.translation_linked", _("%(actor)s linked the article %(subject)s with its translation"))
RATED = declare("article.rated", _("%(actor)s rated the article %(subject)s"))
USED = declare("article.used", _("%(actor)s used the article %(subject)s in a ticket"))
REMOVED = declare("article.removed", _("%(actor)s deleted the draft of an article"))
FILE_ADDED = declare("article.file_added", _("%(actor)s attached a file to the article %(subject)s"))
FILE_REMOVED = declare("article.file_removed", _("%(actor)s removed a file from the article %(subject)s"))
CATEGORY_CHANGED = declare("article_category.changed", _("%(actor)s changed the article category %(subject)s"))
CATEGORY_REMOVED = declare("article_category.removed", _("%(actor)s deleted an article category"))
MISSES_CLEARED = declare("article.miss_cleared", _("%(actor)s removed a search without a hit from the list"))
