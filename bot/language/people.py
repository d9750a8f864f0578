"""Names: finding who a typed name means in a directory. Ties and near misses come back, for the caller to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

_LONG = 8
_SHORT = 3


class Match(Enum):
    """How well a name was found. Only EXACT with one name may be used without asking."""

    EXACT = "exact"
    TIE = "tie"
    FUZZY = "fuzzy"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Found:
    """The names of the directory that a typed name may mean, best first."""

    match: Match
    names: tuple[str, ...] = ()


def find_person(typed: str, directory: Sequence[str]) -> Found:
    """The person a typed name means: the whole name, then its words exactly, then each word within a slip or two.

    One slip is allowed in a word of three letters or more, two from eight. The distance is optimal string alignment:
    one swap of neighbours is one slip.
    """
    wanted = _fold(typed).split()
    if not wanted:
        return Found(Match.NONE)
    folded = [(name, _fold(name)) for name in dict.fromkeys(directory)]
    whole = [name for name, plain in folded if plain.split() == wanted]
    if whole:
        return _result(whole, Match.EXACT)
    split = [(name, plain.split()) for name, plain in folded]
    exact = [name for name, parts in split if all(word in parts for word in wanted)]
    if exact:
        return _result(exact, Match.EXACT)
    near = [(sum(costs), name) for name, parts in split if (costs := _costs(wanted, parts)) is not None]
    if near:
        best = min(cost for cost, _ in near)
        return Found(Match.FUZZY, tuple(name for cost, name in sorted(near) if cost <= best))
    joined = "".join(wanted)
    close = [name for name, plain in folded if _near("".join(plain.split()), joined)]
    return Found(Match.FUZZY, tuple(close)) if close else Found(Match.NONE)


def distance(a: str, b: str, limit: int) -> int:
    """Optimal string alignment distance of two words; `limit` + 1 when it is more than `limit`."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def _result(names: list[str], match: Match) -> Found:
    return Found(match if len(names) == 1 else Match.TIE, tuple(names))


def _allowed(word: str) -> int:
    return 0 if len(word) < _SHORT else 2 if len(word) >= _LONG else 1


def _near(a: str, b: str) -> bool:
    limit = _allowed(b)
    return distance(a, b, limit) <= limit


def _costs(wanted: list[str], parts: list[str]) -> list[int] | None:
    costs: list[int] = []
    for word in wanted:
        limit = _allowed(word)
        best = min((distance(part, word, limit) for part in parts), default=limit + 1)
        if best > limit:
            return None
        costs.append(best)
    return costs


def _fold(name: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())
