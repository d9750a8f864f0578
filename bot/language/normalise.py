"""From what was typed to text the grammar can read: characters made plain, addresses and quoted titles taken out."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

HOLE = "\ufffc"
"""Stands in the text for one thing that was taken out, in order."""

_SHOUT = re.compile(r"<!(?!subteam)[^<>]{0,200}>")
"""`<!here>`, `<!channel>`, `<!date^…>`: said to a channel, and nothing that is asked of us."""
_MARKUP = re.compile(r"<([@#!]|mailto:|[a-z][a-z+.-]{1,20}://)([^<>|]{1,300})(?:\|([^<>]{0,300}))?>")
_CHUNK = re.compile(r"\S+")
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’ʼ`´′＇", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\t\n\r\f\v\u2028\u2029", " "),
        HOLE: " ",
    }
)
_EDGES = ".,;:!?()[]{}\"'"
_MARKUP_LIMIT = 320
_TITLE_LIMIT = 200


class Kind(Enum):
    """What was taken out of the text."""

    WHO = "who"
    TITLE = "title"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Extract:
    """Something that must not be read for times: an address, a mention (as typed), a quoted title, a link.

    `label`: what people see of a link, e.g. "#general" or the words that were linked.
    """

    kind: Kind
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Clean:
    """Plain text with a HOLE for every extract, in order."""

    text: str
    extracts: tuple[Extract, ...] = ()

    @property
    def length(self) -> int:
        """Characters that are left for the grammar."""
        return len(self.text) - self.text.count(HOLE)


def clean(text: str) -> Clean:
    """`text` in plain characters, with addresses, mentions, links and quoted titles taken out. Linear; never raises."""
    plain = _SHOUT.sub(" ", _plain(text))
    extracts: list[tuple[int, int, Extract]] = []
    for cut in (*_markup(plain), *_addresses(plain), *_quotes(plain)):
        extracts.append(cut)  # noqa: PERF402 - three sources, sorted below
    kept: list[str] = []
    taken: list[Extract] = []
    cursor = 0
    for start, end, extract in sorted(extracts, key=lambda cut: (cut[0], -cut[1])):
        if start < cursor:
            continue
        kept += [plain[cursor:start], f" {HOLE} "]
        taken.append(extract)
        cursor = end
    kept.append(plain[cursor:])
    return Clean("".join(kept), tuple(taken))


def _plain(text: str) -> str:
    """No controls, no direction overrides, ASCII digits, straight quotes and dashes."""
    if text.isascii():
        if text.isprintable():
            return text.replace("`", "'")
        return "".join(c for c in text.translate(_PLAIN) if c.isprintable())
    folded = unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN)
    out: list[str] = []
    for c in folded:
        if c.isascii():
            if c.isprintable():
                out.append(c)
        elif c.isdecimal():
            out.append(str(unicodedata.decimal(c)))
        elif unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"):
            out.append(c)
    return "".join(out)


def _markup(text: str) -> list[tuple[int, int, Extract]]:
    """Slack's `<@U1|ana>`, `<!subteam^S1|@devs>`, `<mailto:a@b.c|a@b.c>`, `<https://…>`, `<#C1|room>`."""
    cuts: list[tuple[int, int, Extract]] = []
    start = text.find("<")
    while start >= 0:
        end = text.find(">", start + 1, start + _MARKUP_LIMIT)
        if end >= 0:
            inner = text[start + 1 : end]
            target, _, shown = inner.partition("|")
            if inner.startswith("@") and len(target) > 1:
                cuts.append((start, end + 1, Extract(Kind.WHO, f"<{target}>")))
            elif inner.startswith("mailto:"):
                cuts.append((start, end + 1, Extract(Kind.WHO, target.removeprefix("mailto:"))))
            elif inner.startswith("!subteam^"):
                cuts.append((start, end + 1, Extract(Kind.WHO, f"<{inner}>")))
            elif "://" in target or inner.startswith("#"):
                cuts.append((start, end + 1, Extract(Kind.LINK, target, _label(target[:1], target[1:], shown))))
        start = text.find("<", start + 1)
    return cuts


def _label(sign: str, target: str, shown: str) -> str:
    """What people see: "#general", "@devs", the words of a link or its address; "" where only Slack knows."""
    shown = " ".join(shown.split())
    if sign in ("@", "#"):
        return f"{sign}{shown.removeprefix(sign)}" if shown else ""
    return shown if sign == "!" else shown or f"{sign}{target}"


def _readable(text: str) -> str:
    """A quoted title, with what people see of its mentions and links."""
    seen = _MARKUP.sub(lambda found: _label(found[1], found[2], found[3] or ""), text)
    return " ".join(seen.replace("mailto:", "").split())


def _addresses(text: str) -> list[tuple[int, int, Extract]]:
    """E-mail addresses, @mentions and links; by whole words, so that the time it takes stays linear."""
    cuts: list[tuple[int, int, Extract]] = []
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        if "@" not in chunk and "://" not in chunk:
            continue
        start = match.start()
        for part in re.split(r"([,;])", chunk):
            bare = part.strip(_EDGES + "<>")
            at = start + part.find(bare) if bare else start
            if "://" in bare:
                cuts.append((at, at + len(bare), Extract(Kind.LINK, bare, bare)))
            elif "@" in bare:
                local, _, domain = bare.partition("@")
                if not local and domain and "@" not in domain:
                    name = domain.removesuffix("'s")
                    cuts.append((at, at + 1 + len(name), Extract(Kind.WHO, "@" + name)))
                elif local and "." in domain.strip(".") and "@" not in domain:
                    cuts.append((at, at + len(bare), Extract(Kind.WHO, bare)))
            start += len(part)
    return cuts


def _quotes(text: str) -> list[tuple[int, int, Extract]]:
    """The first quoted title; a single quote counts only where a word begins, and closes where one ends."""
    for quote in ('"', "'"):
        start = text.find(quote)
        while start >= 0:
            opens = start == 0 or not text[start - 1].isalnum()
            end = _closing(text, quote, start) if opens else -1
            if end > 0:
                inner = text[start + 1 : end].strip()
                if any(c.isalpha() for c in inner):
                    return [(start, end + 1, Extract(Kind.TITLE, _readable(inner)))]
            start = text.find(quote, start + 1)
    return []


def _closing(text: str, quote: str, start: int) -> int:
    end = text.find(quote, start + 1, start + _TITLE_LIMIT)
    while quote == "'" and 0 <= end < len(text) - 1 and text[end + 1].isalnum():
        end = text.find(quote, end + 1, start + _TITLE_LIMIT)
    if quote == "'" and end > 0 and not text[start + 1 : start + 2].isalnum():
        return -1
    return end
