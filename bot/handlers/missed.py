"""What began while nobody could send: one message for all of it, as sure to come as a reminder."""

from collections.abc import Sequence

from bot.handlers import cards
from bot.handlers.deliver import LEASE, REPEAT, deliver, note
from bot.messages import Reply
from bot.ports import App, Context, Reminder, ReminderState
from bot.scheduling import wording
from bot.scheduling.zones import zone

MOST = 20


async def tell(app: App, owner: str, context: Context, rows: Sequence[Reminder]) -> None:
    """Send one summary of these reminders and settle them; those that are not ours any more are left out."""
    ours = [row for row in rows if await app.reminders.intend(row, owner, app.clock.now(), LEASE)]
    if not ours:
        return
    result = await deliver(app, context, summary(app, context, ours), max(row.attempt for row in ours))
    for row in ours:
        await note(app, owner, row, result, ReminderState.SKIPPED)


def summary(app: App, context: Context, rows: Sequence[Reminder]) -> Reply:
    """Each meeting once, by start; the first few by name."""
    tz = zone(context.user.preferences.zone)
    now = app.clock.now()
    meetings = sorted({row.meeting_ref: row.meeting for row in rows}.values(), key=lambda one: one.starts_at)
    more = f"And {len(meetings) - MOST} more." if len(meetings) > MOST else ""
    repeat = REPEAT if any(row.repeat for row in rows) else ""
    return Reply(
        heading="While I was away, these began without a reminder",
        facts=tuple((wording.moment(one.starts_at, tz, now), cards.title_of(one)) for one in meetings[:MOST]),
        note=" ".join(filter(None, (more, repeat))),
    )
