"""Google Calendar, of Workspace and free accounts, over API v3: what a person's calendar can be asked and told.

`google_calls.py` makes the calls, `google_translate.py` and `google_bodies.py` translate, `google_reader.py` reads
(lists by `google_events.py`, others by `google_busy.py`), `google_series.py` writes. No vendor library is imported
before the first call.
"""

from dataclasses import replace

from bot.errors import AccessDenied, CannotSay, Gone, Unavailable
from bot.messages import Secret
from bot.ports import Disclosure, Feature, Kind, Link, Opening
from bot.providers import House, google_translate
from bot.providers.google_bodies import answered, key_of, new_body
from bot.providers.google_calls import Body, Google
from bot.providers.google_consent import SCOPES
from bot.providers.google_errors import NAME, Changed
from bot.providers.google_events import PRIMARY
from bot.providers.google_push import GooglePush
from bot.providers.google_reader import GoogleReader
from bot.providers.google_series import TRIES, Writer
from bot.providers.google_settings import GoogleSettings
from bot.providers.google_translate import Ref
from bot.providers.series import check_series
from bot.providers.series_changes import asked, guests_of
from bot.scheduling.event import Event, EventChange, EventDraft, Response, Scope

DISCLOSURE = Disclosure(
    version="google-1",
    sees="this calendar and any other calendar reachable through the account: their names, and the times, titles, "
    "places, texts and guests of their events; when people who share their calendar with you are busy; and the e-mail "
    "address of the account.",
    does="create, change and delete events on them and invite guests, when you press the button under a preview; "
    "answer invitations; remind you of meetings.",
    never="reads mail, contacts or files (we ask for calendar permissions only), and never changes anything you have "
    "not confirmed.",
    stored="on this Freewhen server only: the access Google gives, and for a while the coming events, both encrypted. "
    "Other people’s busy times are kept in memory for minutes.",
    undo="“/freewhen disconnect” at any time: the access is given back to Google and deleted here. Or take it back at "
    "myaccount.google.com/connections. Events stay on your calendar.",
    scopes=tuple(SCOPES),
)


def kind(house: House) -> Kind:
    """Described also where no client is set up; `kinds` offers it only where one is."""
    google = Google(house.google or GoogleSettings("", Secret("")), house.clock)

    async def revoke(opening: Opening) -> None:
        await google.consent.revoke(opening.credential)

    return Kind(
        name=NAME,
        label="Google Calendar",
        link=Link.OAUTH,
        disclosure=DISCLOSURE,
        open=lambda opening: GoogleCalendar(google, opening),
        revoke=revoke,
        features=frozenset(Feature),
        remote=True,
        consent=google.consent,
        push=GooglePush(google),
        close=google.close,
    )


class GoogleCalendar(GoogleReader):
    """One account, opened. `ports.CalendarProvider`."""

    def __init__(self, google: Google, opening: Opening) -> None:
        super().__init__(google, opening)
        self._writer = Writer(self._session, self._events)

    async def create(self, draft: EventDraft, key: str, calendar: str = "") -> Event:
        """The id is made of the key, so that the same key again, or a look after a lost answer, finds the first one."""
        if draft.recurrence is not None:
            try:
                check_series(draft)
            except ValueError as error:
                raise CannotSay(NAME, str(error)) from error
        where = calendar or PRIMARY
        draft = replace(draft, attendees=asked(guests_of(draft.attendees, self._events.name(where).casefold())))
        try:
            made = await self._writer.insert(where, new_body(draft, key))
        except Gone as error:
            raise Gone(NAME, "That calendar is no longer there. Choose another one to add events to.") from error
        if made.get("status") == "cancelled":  # an earlier one under this key, cancelled since
            return self._events.event(where, made)
        return await self._shown(where, made)

    async def update(self, ref: str, change: EventChange, scope: Scope = Scope.OCCURRENCE) -> Event:
        """Of a series, a failure in the middle can leave it changed and some occurrences, changed alone before, not."""
        parsed = Ref.parse(ref)
        calendar = parsed.calendar
        for _ in range(TRIES):
            body = await self._events.there(calendar, parsed.id)
            self._only_mine(body, "change")
            try:
                return self._events.event(calendar, await self._changed(calendar, body, change, scope))
            except Changed:
                continue
        raise Unavailable(NAME)

    async def cancel(self, ref: str, scope: Scope = Scope.OCCURRENCE, note: str = "") -> None:
        """Google has no place for a note, so it is not passed on; guests get Google's own mail."""
        parsed = Ref.parse(ref)
        for _ in range(TRIES):
            body = await self._events.there(parsed.calendar, parsed.id)
            self._only_mine(body, "cancel")
            try:
                return await self._cancelled(parsed.calendar, body, scope)
            except Changed:
                continue
        raise Unavailable(NAME)

    async def respond(self, ref: str, response: Response, note: str = "") -> Event:
        """A series' ref answers all of it, an occurrence's ref only that one."""
        parsed = Ref.parse(ref)
        for _ in range(TRIES):
            try:
                bodies = [await self._events.there(parsed.calendar, parsed.id)]
            except Gone:
                bodies = await self._events.invited_to(parsed.calendar, parsed.id)
                if not bodies:
                    raise
            if bodies[0].get("recurrence"):
                _, changed = await self._events.series(parsed.calendar, bodies[0])
                bodies += [one for one in changed.values() if one.get("status") != "cancelled"]
            try:
                answers = [await self._answer(parsed.calendar, body, response, note) for body in bodies]
            except Changed:
                continue
            return await self._shown(parsed.calendar, answers[0])
        raise Unavailable(NAME)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _changed(self, calendar: str, body: Body, change: EventChange, scope: Scope) -> Body:
        """Raises Changed when somebody else was faster."""
        series = body.get("recurringEventId")
        if body.get("recurrence"):
            return await self._writer.all(calendar, body, await self._first_key(calendar, body), change)
        if not series or scope is Scope.OCCURRENCE:
            return await self._writer.one(calendar, body, change)
        master = await self._events.there(calendar, str(series))
        key = self._events.understood(lambda: key_of(body))
        write = self._writer.all if scope is Scope.SERIES else self._writer.following
        return await write(calendar, master, key, change)

    async def _cancelled(self, calendar: str, body: Body, scope: Scope) -> None:
        """Raises Changed when somebody else was faster."""
        series = body.get("recurringEventId")
        if body.get("recurrence"):
            await self._first_key(calendar, body)
        if not series or scope is Scope.OCCURRENCE:
            return await self._writer.remove(calendar, body)
        master = await self._events.there(calendar, str(series))
        if scope is Scope.SERIES:
            return await self._writer.remove(calendar, master)
        return await self._writer.cut(calendar, master, self._events.understood(lambda: key_of(body)))

    async def _first_key(self, calendar: str, master: Body) -> str:
        first = await self._events.first_left(calendar, str(master["id"]))
        if first is None:
            raise Gone(NAME)
        return self._events.understood(lambda: key_of(first))

    async def _answer(self, calendar: str, body: Body, response: Response, note: str) -> Body:
        if google_translate.is_mine(body):
            raise CannotSay(NAME, "This is your own meeting; there is no invitation to answer.")
        people = answered(body.get("attendees") or [], response, note)
        if people is None:
            raise CannotSay(NAME, "You are not on the list of guests yourself, so there is nothing to answer.")
        return await self._writer.attendees(calendar, body, people)

    def _only_mine(self, body: Body, verb: str) -> None:
        if not google_translate.may_change(body):
            organizer = self._events.event(PRIMARY, body).organizer
            who = (organizer.name or organizer.address) if organizer else "its organizer"
            raise AccessDenied(NAME, f"Only {who} can {verb} this meeting: it is theirs. You can decline it.")
