"""Forms as data: a schema in JSON says what is asked, when, and what fits. Request types and workflow steps share it.

Pure but for `web` (schema to django.forms, not imported here): `check` a schema before it is published, `clean` what
was filled in, say values in words. Who exists is asked through `Lookups`.
"""

from desk.formschema.cleaning import Examined, clean, examine, facts
from desk.formschema.kinds import KINDS, NOBODY, Lookups, is_blank
from desk.formschema.pages import Page, fields_of, pages_of, spec_of
from desk.formschema.schema import check
from desk.formschema.words import NO_NAMES, Names, help_of, label_of, title_of, value_words

__all__ = [
    "KINDS",
    "NOBODY",
    "NO_NAMES",
    "Examined",
    "Lookups",
    "Names",
    "Page",
    "check",
    "clean",
    "examine",
    "facts",
    "fields_of",
    "help_of",
    "is_blank",
    "label_of",
    "pages_of",
    "spec_of",
    "title_of",
    "value_words",
]
