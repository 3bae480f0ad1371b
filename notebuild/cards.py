"""The picture that a shared link shows: a page's title, large, in its language."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import jieba
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path

PACKAGES = "pillow", "pylopdf-fonts-zh-cn", "jieba"  # others draw otherwise
SIZE = 1200, 630                      # pixels, as Open Graph recommends
MARGIN, FOOT = 92, 492                # of the text; where the drawing below it begins
WIDTH, HEIGHT = SIZE[0] - 2 * MARGIN, 300  # of the title
LARGEST, SMALLEST, STEP = 84, 44, 4   # its letters
WHOLE = 64                            # as small as these, to keep clauses whole
LEADING = 1.36
# The site's light scheme (docs/assets/site.css).
PAPER, INK, SOFT, LINE = "#fdfcfa", "#24272d", "#5c6068", "#ded9cf"
STATE, CARRY = "#0b5c9e", "#b04a00"
_CLOSING = set("，。、；：！？）》」』”’…,.;:!?)]}%")
_OPENING = set("（《「『“‘([{")


def draw(title: str, site: str) -> bytes:
    """Return a card as PNG.

    Args:
        title: The page's title.
        site: The name of the site, in the same language.
    """
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    size, lines = _fit(title)
    font = _font(size)
    for n, line in enumerate(lines):
        # The font has one weight; an outline makes it that of the site's headings.
        pen.text((MARGIN, 150 + n * size * LEADING), line, font=font, fill=INK,
                 stroke_width=size / 90, anchor="la")
    if title != site:
        pen.text((MARGIN, 70), site, font=_font(32), fill=SOFT, anchor="la")
    _draw_chain(image)
    file = BytesIO()
    image.quantize(64, Image.Quantize.FASTOCTREE).save(file, "PNG")
    return file.getvalue()


def break_lines(text: str, width: float, measure) -> list[str]:
    """Return a title in as few lines as hold it, about equally long.

    Lines end between words, in Chinese too; no line begins with a closing mark or
    ends with an opening one, and a line that ends with a clause is preferred.

    Args:
        text: The title.
        width: That of a line.
        measure: Returns the width of a text.
    """
    parts = _parts(text)
    # Per place between two parts: how many lines come before it, how bad they
    # are, and where the last of them begins.
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for end in range(1, len(parts) + 1):
        choices = []
        for start in range(end - 1, -1, -1):
            length = measure("".join(parts[start:end]).strip())
            if length > width and choices:
                break
            lines, badness, _ = best[start]
            choices.append((lines + 1, badness + max(1 - length / width, 0) ** 2
                            + _torn(parts, end), start))
        best.append(min(choices))
    lines, end = [], len(parts)
    while end:
        start = best[end][2]
        lines.insert(0, "".join(parts[start:end]).strip())
        end = start
    return lines


def _torn(parts: list[str], end: int) -> float:
    """Return how bad it is that a line ends here: within a Chinese clause it is."""
    if end == len(parts) or parts[end - 1].strip()[-1:] in _CLOSING:
        return 0.0
    return 0.1 if parts[end - 1].isascii() and parts[end].isascii() else 0.2


def _parts(text: str) -> list[str]:
    """Return what a line may not be broken in: words with the marks beside them."""
    words = [word for word in jieba.cut(text, HMM=False) if word]
    parts = words[:1]
    for before, word in pairwise(words):
        together = (word in _CLOSING or word.isspace() or before in _OPENING
                    # Latin letters and figures break at spaces alone.
                    or (before[-1].isascii() and word[0].isascii() and not before.isspace()))
        if together:
            parts[-1] += word
        else:
            parts.append(word)
    return parts


def _fit(title: str) -> tuple[int, list[str]]:
    """Return the letters' size and the lines of a title that fits.

    The letters are as large as can be, but a little smaller where that leaves
    its clauses whole.
    """
    fitting = []
    for size in range(LARGEST, SMALLEST - 1, -STEP):
        measure = _font(size).getlength
        lines = break_lines(title, WIDTH, measure)
        if (len(lines) * size * LEADING <= HEIGHT
                and max(map(measure, lines), default=0) <= WIDTH):
            torn = sum(line[-1] not in _CLOSING and not line.isascii() for line in lines[:-1])
            fitting.append((torn if size >= WHOLE else len(title), -size, lines))
    if fitting:
        _, size, lines = min(fitting)
        return -size, lines
    # A whole paragraph, or a word as long as one: its beginning.
    return SMALLEST, [_cut(line, measure) for line in lines[:int(HEIGHT / SMALLEST / LEADING)]]


def _cut(line: str, measure) -> str:
    if measure(line) <= WIDTH:
        return line
    return next(f"{line[:end]}…" for end in range(len(line), -1, -1)
                if measure(f"{line[:end]}…") <= WIDTH)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(sans_path(), size)


def _draw_chain(image: Image.Image) -> None:
    """Draw a network unrolled in time: a state handed on from step to step."""
    scale, height = 3, SIZE[1] - FOOT  # drawn larger, since lines have hard edges
    band = Image.new("RGB", (SIZE[0] * scale, height * scale), PAPER)
    pen, radius, middle, steps = ImageDraw.Draw(band), 17, 56, 9

    def line(start, end, colour, width):
        pen.line([tuple(scale * n for n in start), tuple(scale * n for n in end)],
                 colour, width * scale)

    line((0, 0), (SIZE[0], 0), LINE, 2)
    places = [MARGIN + radius + n * (WIDTH - 2 * radius) / (steps - 1) for n in range(steps)]
    line((places[0], middle), (SIZE[0], middle), STATE, 4)
    for n, x in enumerate(places):
        last = n == steps - 1
        line((x, middle), (x, middle + 46), SOFT, 2)  # what is read at each step
        box = [scale * v for v in (x - radius, middle - radius, x + radius, middle + radius)]
        pen.ellipse(box, CARRY if last else PAPER, CARRY if last else STATE, 4 * scale)
    image.paste(band.resize((SIZE[0], height), Image.Resampling.LANCZOS), (0, FOOT))
