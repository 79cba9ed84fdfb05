"""Wraps the prose of Markdown pages at 120 columns: paragraphs, quotes and list items, not tables, code or headings.

Usage: python3 build/wrap.py docs/sources.md ...
"""

import re
import sys

WIDTH = 120
BULLET = re.compile(r"^(\s*)([-*]|\d+\.)\s+")
UNSAFE = re.compile(r"^([-+*#>|]|\d+[.)])(\s|$)")  # at the start of a line these would begin a list, a heading, a table


def words_of(text):
    """Words, but code in backticks and the text of a link's target stay whole."""
    held = re.sub(r"`[^`]*`", lambda m: m.group().replace(" ", "\0"), text)
    return [word.replace("\0", " ") for word in held.split()]


def wrap(words, first, rest):
    lines, line = [], first + words[0]
    for word in words[1:]:
        if len(line) + 1 + len(word) > WIDTH and not UNSAFE.match(word + " "):
            lines.append(line)
            line = rest + word
        else:
            line += " " + word
    return lines + [line]


def wrapped(lines):
    out, code, pending = [], False, None

    def flush():
        nonlocal pending
        if pending:
            first, rest, words = pending
            out.extend(wrap(words, first, rest))
        pending = None

    for line in lines:
        fence = line.lstrip().startswith("```")
        if fence or code:
            flush()
            code ^= fence
            out.append(line)
        elif not line.strip() or line.startswith(("#", "|", "![", "<")):
            flush()
            out.append(line)
        elif bullet := BULLET.match(line):
            flush()
            pending = (bullet.group(), " " * len(bullet.group()), words_of(line[bullet.end():]) or [""])
        elif line.startswith("> "):
            if pending and pending[0] == "> ":
                pending[2].extend(words_of(line[2:]))
            else:
                flush()
                pending = ("> ", "> ", words_of(line[2:]))
        elif pending:
            pending[2].extend(words_of(line))
        else:
            pending = ("", "", words_of(line))
    flush()
    return out


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as page:
        before = page.read()
    after = "\n".join(wrapped(before.split("\n")))
    if after != before:
        with open(path, "w", encoding="utf-8") as page:
            page.write(after)
