"""The demo's canned replies."""

import datetime as dt
import json
from pathlib import Path

from accounts.models import Department, User
from desk.commands import save_canned_reply
from desk.demo.parts import part
from desk.models import CannedReply
from flowtic.core import clock
from flowtic.core.actor import Actor

FILE = Path(__file__).with_name("replies.json")
WRITER = "sven@flowtic.example"


@part
def write_replies(now: dt.datetime) -> int:
    """Eight texts in both languages; makes no ticket. Those that are there stay."""
    writer = User.objects.filter(email=WRITER).first()
    if writer is None:
        return 0
    known = set(CannedReply.objects.filter(owner=None).values_list("name", flat=True))
    departments = {row.key: row for row in Department.objects.all()}
    with clock.travel(now - dt.timedelta(days=40)):
        for row in json.loads(FILE.read_text(encoding="utf-8")):
            if row["name"] in known:
                continue
            limited = [departments[key] for key in row["departments"] if key in departments]
            texts = {"text_de": row["de"], "text_en": row["en"]}
            save_canned_reply(Actor(writer, "web"), None, name=row["name"], departments=limited, **texts)
    return 0
