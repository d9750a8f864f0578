"""Steps of claimed reminders: sending, a result, or due again; many of them in one statement.

A row is changed only while it is still its owner's, of the same time (`gen`), and in a state that leads to the new
one: claimed → sending, and both → a result or pending.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import TextClause, text

from storage.database import Database

_STATEMENT = """
UPDATE reminders SET
    state = step.state,
    next_try_at = coalesce(step.next_try_at, reminders.next_try_at),
    handle = coalesce(step.handle, reminders.handle),
    owner = CASE step.state WHEN 'pending' THEN NULL ELSE reminders.owner END
FROM (SELECT {columns} FROM {rows} AS given) AS step
WHERE reminders.id = step.id AND reminders.owner = step.owner AND reminders.gen = step.gen
    AND (reminders.state = 'claimed' OR reminders.state = 'sending' AND step.state <> 'sending')
RETURNING reminders.id
"""


class Step(NamedTuple):
    """One reminder's next state; what is None stays as it is."""

    id: str
    owner: str
    gen: int
    state: str
    next_try_at: str | None = None
    handle: str | None = None


_KINDS = ("text", "text", "integer", "text", "timestamptz", "text")
_SQLITE = ", ".join(f"json_extract(value, '$[{at}]') AS {name}" for at, name in enumerate(Step._fields))
_POSTGRESQL = ", ".join(
    f"CAST(value ->> {at} AS {kind}) AS {name}"
    for at, (name, kind) in enumerate(zip(Step._fields, _KINDS, strict=True))
)


class Steps:
    """Writes steps, a transaction for all that are given."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statement = _statement(database)

    async def write(self, steps: Sequence[Step]) -> Sequence[bool]:
        """Which of them were taken."""
        taken = [False] * len(steps)
        left = dict(enumerate(steps))
        async with self._database.write() as connection:
            while left:
                # A row has one new state a statement: of two steps of one row the second comes afterwards.
                now = {step.id: number for number, step in reversed(left.items())}
                some = json.dumps([left.pop(number) for number in sorted(now.values())])
                for row in (await connection.execute(self._statement, {"steps": some})).all():
                    taken[now[row.id]] = True
        return taken


def _statement(database: Database) -> TextClause:
    columns, rows = _SQLITE, "json_each(:steps)"
    if not database.is_sqlite:
        columns, rows = _POSTGRESQL, "jsonb_array_elements(CAST(:steps AS jsonb))"
    return text(_STATEMENT.format(columns=columns, rows=rows))
