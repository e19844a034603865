from knowledge.commands.categories import remove_category, save_category
from knowledge.commands.drafts import create_article, discard_draft, remove_article, save_draft
from knowledge.commands.files import add_files, remove_file
from knowledge.commands.importing import import_article
from knowledge.commands.properties import change_article, link_translation, mark_reviewed
from knowledge.commands.publishing import publish_article, restore_version, set_state
from knowledge.commands.reading import clear_miss, note_use, rate_article, record_miss

__all__ = [
    "add_files",
    "change_article",
    "clear_miss",
    "create_article",
    "discard_draft",
    "import_article",
    "link_translation",
    "mark_reviewed",
    "note_use",
    "publish_article",
    "rate_article",
    "record_miss",
    "remove_article",
    "remove_category",
    "remove_file",
    "restore_version",
    "save_category",
    "save_draft",
    "set_state",
]
