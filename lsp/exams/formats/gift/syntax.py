"""The characters of GIFT: how they are escaped, and how a file falls into questions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Escaped characters and what stands for them while the others are read. The stand-ins are code
#: points that no text has (``limits.decode`` refuses them).
_ESCAPED = {
    "~": "\ufdd0",
    "=": "\ufdd1",
    "#": "\ufdd2",
    "{": "\ufdd3",
    "}": "\ufdd4",
    ":": "\ufdd5",
    "n": "\ufdd6",
    "\\": "\ufdd7",
}
_MEANT = {**{stand_in: sign for sign, stand_in in _ESCAPED.items()}, "\ufdd6": "\n"}
_ESCAPE = re.compile(r"\\([~=#{}:n\\])")
_STAND_IN = re.compile("[\ufdd0-\ufdd7]")
_CONTROL = re.compile(r"[~=#{}:\\]")
FORMAT = re.compile(r"\[(html|markdown|moodle|plain)\]", re.IGNORECASE)


def hide(text: str) -> str:
    """The text with its escaped characters hidden, so that those left have a meaning."""
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], text)


def reveal(text: str) -> str:
    """The text as it was meant, its escaped characters in place."""
    return _STAND_IN.sub(lambda found: _MEANT[found[0]], text)


def escape(text: str) -> str:
    """A text for a file: what has a meaning escaped, a line end as ``\\n``."""
    return _CONTROL.sub(lambda found: "\\" + found[0], text).replace("\n", "\\n")


@dataclass
class Block:
    """A question as it stands in a file: its lines together, and the comments before it."""

    line: int
    comments: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All its lines, escapes hidden."""
        return hide("\n".join(self.lines)).strip()


def blocks(text: str) -> Iterator[Block]:
    """The questions and category lines of a file, parted by blank lines.

    A blank line inside an answer does not part them, as long as the answer is closed before the
    next question begins.
    """
    block = Block(1)
    is_open = was_blank = False
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped.startswith("//"):
            block.comments.append(stripped)
            continue
        if not stripped:
            if is_open:
                was_blank = True
                block.lines.append("")
                continue
            if block.lines:
                yield block
            if block.lines or block.comments:
                block, is_open = Block(number + 1), False
            continue
        starts_anew = was_blank and (stripped.startswith(("::", "$CATEGORY:")) or _opens(stripped))
        if block.lines and (starts_anew or stripped.startswith("$CATEGORY:")):
            yield block
            block, is_open = Block(number), False
        was_blank = False
        if not block.lines:
            block.line = number
        block.lines.append(stripped)
        is_open = _is_open(stripped, is_open)
        if stripped.startswith("$CATEGORY:"):
            yield block
            block, is_open = Block(number + 1), False
    if block.lines:
        yield block


def _opens(line: str) -> bool:
    """Whether an answer opens on the line before any closes."""
    signs = [c for c in hide(line) if c in "{}"]
    return bool(signs) and signs[0] == "{"


def _is_open(line: str, is_open: bool) -> bool:
    signs = [c for c in hide(line) if c in "{}"]
    return signs[-1] == "{" if signs else is_open
