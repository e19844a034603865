"""Draws the small screenshots that demo tickets carry as attachments: a window with a title and a few lines."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN, LINE, TITLE_BAR = 640, 24, 30, 44
DESK, WINDOW, FRAME, BAR, INK = "#dfe7ea", "#ffffff", "#9db1b8", "#0f5f6f", "#1d2b30"


def draw_window(lines: Sequence[str]) -> bytes:
    """PNG of a window: the first line is its title, the others its text. The built-in font draws ASCII only."""
    title, *text = lines
    height = TITLE_BAR + LINE * len(text) + MARGIN * 4
    picture = Image.new("RGB", (WIDTH, height), DESK)
    pen = ImageDraw.Draw(picture)
    box = (MARGIN, MARGIN, WIDTH - MARGIN, height - MARGIN)
    pen.rectangle(box, fill=WINDOW, outline=FRAME)
    pen.rectangle((MARGIN, MARGIN, WIDTH - MARGIN, MARGIN + TITLE_BAR), fill=BAR)
    pen.text((MARGIN * 2, MARGIN + 11), title, font=ImageFont.load_default(size=18), fill=WINDOW)
    font = ImageFont.load_default(size=16)
    for row, line in enumerate(text):
        pen.text((MARGIN * 2, MARGIN * 2 + TITLE_BAR + row * LINE), line, font=font, fill=INK)
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
