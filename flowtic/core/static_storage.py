from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Content-hashed names with long cache life; a file missing from the manifest falls back to its plain name."""

    manifest_strict = False
    # Modules import each other by name: those names get their hash too.
    support_js_module_import_aggregation = True
