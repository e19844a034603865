"""What people upload: which files are taken, under which name and type, and how they are handed out again."""

import hashlib
import re
from pathlib import PurePath
from urllib.parse import quote

import filetype
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.utils.translation import gettext as _

from flowtic.core.errors import Invalid

MAX_FILES = 10
# By content where the content tells, else by these endings; everything else is a plain download.
TEXT_TYPES = {".txt": "text/plain", ".log": "text/plain", ".csv": "text/csv", ".md": "text/plain"}
REFUSED = frozenset(
    f".{ending}"
    for ending in (
        *("exe", "com", "scr", "pif", "bat", "cmd", "msi", "dll", "jar", "vbs", "vbe", "js", "jse", "wsf", "hta"),
        *("ps1", "lnk", "reg", "html", "htm", "xhtml", "svg", "svgz", "php", "htaccess", "docm", "xlsm"),
    )
)
GENERIC = "application/octet-stream"
# Invisible and direction-changing characters make a name look like another one.
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]")

# What a browser may do with an upload that is opened by itself: nothing.
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
FALLBACK_NAME = "attachment"


def inspect(upload: File) -> tuple[str, str]:
    """The safe name and the content type of an upload. Raises Invalid when it is not allowed."""
    name = clean_name(upload.name or "")
    if (upload.size or 0) > settings.FLOWTIC_MAX_UPLOAD:
        limit = settings.FLOWTIC_MAX_UPLOAD // (1024 * 1024)
        raise Invalid(fields={"files": _("%(name)s is larger than %(limit)s MB.") % {"name": name, "limit": limit}})
    endings = {ending.lower() for ending in PurePath(name).suffixes} | {PurePath(name.lower()).name}
    if endings & REFUSED:
        raise Invalid(fields={"files": _("Files such as %(name)s are not accepted.") % {"name": name}})
    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    head = head.encode() if isinstance(head, str) else head
    kind = filetype.guess(head)
    if kind is not None:
        return name, kind.mime
    ending = PurePath(name).suffix.lower()
    return name, TEXT_TYPES.get(ending, GENERIC) if b"\0" not in head else GENERIC


def clean_name(name: str) -> str:
    """A display name without path, control and invisible characters, at most 255 long."""
    name = INVISIBLE.sub("", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(char if char.isprintable() else "_" for char in name).strip(" .") or "file"
    path = PurePath(name)
    return f"{path.stem[: 255 - len(path.suffix[:20])]}{path.suffix[:20]}"


def digest_of(upload: File) -> str:
    """The SHA-256 of an upload, which is left at its start."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk if isinstance(chunk, bytes) else chunk.encode())
    upload.seek(0)
    return digest.hexdigest()


def file_response(path: str, name: str, content_type: str, *, picture: bool, inline: bool) -> FileResponse:
    """A stored file as an answer: a download, or with `inline` a picture in the page; never a page of its own.

    Raises FileNotFoundError.
    """
    content = default_storage.open(path)
    # A type that the content proved, or none at all: browsers must not guess what it could run.
    response = FileResponse(content, content_type=content_type if picture else GENERIC)
    response["Content-Disposition"] = disposition(name, inline=inline and picture)
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def disposition(name: str, *, inline: bool) -> str:
    """`Content-Disposition` with the name in the encoded form only (RFC 5987); old programs see a fixed one."""
    kind = "inline" if inline else "attachment"
    encoded = quote(name, safe="", errors="replace")
    return f"{kind}; filename=\"{FALLBACK_NAME}\"; filename*=UTF-8''{encoded}"
