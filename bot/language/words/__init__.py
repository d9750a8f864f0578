"""What a language brings to the grammar: one `Words` table a language. The grammar itself holds no words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import Enum
from functools import cache
from importlib import import_module

from bot.language.ask import Doubt, Intent

LANGUAGES = ("en",)


class Tag(Enum):
    """A word's part in a time. The value that goes with it is in brackets."""

    NUMBER = "number"  # the number
    ORDINAL = "ordinal"  # the number; -1 is "last"
    FRACTION = "fraction"  # minutes of an hour: half 30, quarter 15
    WEEKDAY = "weekday"  # Monday is 0
    WEEKDAYS = "weekdays"  # plural, as in "Mondays": Monday is 0; 7 is Monday to Friday
    MONTH = "month"  # 1 to 12
    DAY = "day"  # days from today
    UNIT = "unit"  # a Unit
    GLUED_UNIT = "glued unit"  # a Unit, only right behind digits
    WEEKEND = "weekend"
    PART = "part"  # index of Words.parts
    POINT = "point"  # a named time of day, in minutes
    TODAY_PART = "today part"  # "tonight": index of Words.parts
    MERIDIEM = "meridiem"  # 0 am, 12 pm
    GLUED_MERIDIEM = "glued meridiem"
    OCLOCK = "o'clock"
    HOUR_SIGN = "h"
    ISH = "ish"
    ABOUT = "about"
    THIS = "this"
    NEXT = "next"
    COMING = "coming"
    LAST = "last"
    PAST = "past"  # half past
    TILL = "till"  # quarter to
    TO = "to"
    FROM = "from"
    BETWEEN = "between"
    AND = "and"
    OR = "or"
    AT = "at"
    ON = "on"
    IN = "in"
    FOR = "for"
    WITHIN = "within"
    OF = "of"
    THE = "the"
    A = "a"
    NOW = "now"
    AGO = "ago"
    LATER = "later"  # 1 where it may count from something else than now
    EARLIER = "earlier"
    BEFORE = "before"
    AFTER = "after"
    UNTIL = "until"
    BY = "by"
    EARLY = "early"  # the beginning of a span
    LATE = "late"
    MIDDLE = "middle"
    ONLY = "only"
    NOT = "not"
    EVERY = "every"  # 1 where it may be said of people as well: "each"
    OTHER = "other"
    FREQUENCY = "frequency"  # daily 1, weekly 2, monthly 3, yearly 4
    ALL_DAY = "all day"
    ALL = "all"
    STARTING = "starting"
    INSTEAD = "instead"
    UNSURE = "unsure"  # a month or weekday that is also another word
    PRONOUN = "pronoun"
    TIME_WORD = "time word"  # looks like time; nothing reads it
    MANY = "many"  # "a few": the number
    TENS = "tens"
    HUNDRED = "hundred"
    FIRST_SLOT = "first slot"
    LAST_SLOT = "last slot"
    NUMBERED = "numbered"  # a number right behind it is its name: "room 4"
    VERB = "verb"  # "squeeze in": its small word belongs to no time


class Unit(Enum):
    """What is counted."""

    SECOND = 0
    MINUTE = 1
    HOUR = 2
    DAY = 3
    WEEK = 4
    MONTH = 5
    YEAR = 6
    WORKDAY = 7
    FORTNIGHT = 8
    QUARTER = 9


class Cue(Enum):
    """A word's part in what is wanted."""

    BOOK = "book"
    BOOK_SURE = "surely book"  # a verb that books what it names, whatever that is
    BOOK_WEAK = "perhaps book"
    MOVE = "move"
    MOVED = "moved to"
    MOVE_WEAK = "perhaps move"
    CANCEL = "cancel"
    EVENT = "event"
    OCCASION = "occasion"
    PUBLIC = "public"  # an occasion that is one's own only when "my" says so
    CALENDAR = "calendar"
    ONTO = "onto the calendar"
    GET = "get"
    REMIND = "remind"
    REMINDER = "reminder"
    FREE = "free"
    OPEN = "open"  # free when said of one's own time, of a shop it is not
    SLOT = "slot"
    WHEN = "when"
    WHY_NOT = "why not"
    ASK = "ask"
    ASK_PLANS = "ask plans"
    SHOW = "show"
    WISH = "wish"
    ME = "me"
    OWN = "own"  # the asker, where it is more than politeness
    MY = "my"
    WE = "we"
    AM_I = "am I"
    STATE = "state"
    HELP = "help"
    HELP_WORD = "help word"
    YOU = "you"
    IN_PLACE = "I am in"
    DAYS_OFF = "days off"
    GENERIC = "generic"  # a word for an event that is no title
    FIND = "find"
    STRETCH = "stretch"
    SHRINK = "shrink"
    HELP_EXACT = "help alone"
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    CONNECTED = "connected"
    PROVIDER = "provider"
    RESPOND_YES = "yes"
    RESPOND_NO = "no"
    RESPOND_MAYBE = "maybe"
    INVITATION = "invitation"
    HOURS = "hours"
    DEFAULT = "default"
    ZONE = "zone"
    BUFFER = "buffer"
    WEEK_STARTS = "week starts"
    NOTICE = "notice"
    SETTING = "setting"
    BLOCK = "block"
    FOREIGN = "foreign"
    FOREIGN_SOFT = "perhaps foreign"
    TALK = "talk"
    WITH = "with"
    MEET = "meet"
    GUEST = "guest"
    COMING = "coming"
    TITLE = "title"
    VERB_TITLE = "verb title"  # "to discuss": the verb is part of the title
    ERASE = "erase"
    BOOKING_LINK = "booking link"
    ZONE_TIME = "the time of a place"  # behind the name of a place: "Tokyo time"
    SOFT_TITLE = "soft title"  # "for a": what follows may be a time as well
    PLACE = "place"
    INSTEAD = "instead"
    STOP = "stop"
    RELATION = "relation"
    HONORIFIC = "honorific"
    FILLER = "filler"
    ALL = "all"
    REPEAT = "repeat"
    POLITE = "polite"
    BOT_DATA = "bot data"
    SOONER = "sooner"
    MODAL = "may"
    AT_WHAT = "at what time"
    TOGETHER = "together"  # what several people do at one time
    FIT = "suits"
    LOOK = "looks"  # how a day looks: busy, full
    HOW_ABOUT = "how about"
    DIGEST = "digest"
    WORK = "work"  # an occasion at work, one's own where it is spoken of as "the"
    ABSENCE = "absence"  # what takes whole days
    OFF = "off"  # no more of it
    KEEP = "keep"
    REMAKE = "remake"  # "make my 2pm": changes what is there
    ASIDE = "aside"  # to earlier or later
    GAP = "gap"
    UNABLE = "unable"
    DRAW = "draw"  # "bring it to Friday"
    OUGHT = "ought to be"
    ADD = "add"
    HAVING = "having"
    ANYTHING = "anything"
    SOONER_WORD = "to earlier"
    CANCEL_SURE = "surely cancel"
    PUT = "put"  # "put Ana in at 4"
    INTO = "in"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day as a wall-clock range; `end` 00:00 is the end of the day. `half`: the half it pushes to."""

    name: str
    start: time
    end: time
    afternoon: bool


@dataclass(frozen=True, slots=True)
class Words:
    """One language. Phrases are keys with one space between words; punctuation is a word of its own."""

    code: str
    senses: Mapping[str, tuple[tuple[Tag, int], ...]]
    cues: Mapping[str, tuple[Cue, ...]]
    parts: tuple[Part, ...]
    spelling: Mapping[str, str]
    ordinal_endings: frozenset[str]
    month_first: bool
    meals: frozenset[str]
    vague_endings: tuple[str, ...]
    questions: Mapping[Doubt, str]
    providers: Mapping[str, str]
    zones: Mapping[str, str]
    choices: Mapping[Intent, str]
    weekday_names: tuple[str, ...]
    month_names: tuple[str, ...]
    longest_sense: int
    longest_cue: int


@cache
def words(language: str) -> Words:
    """The table of a language (`en`, `en-GB`). Raises KeyError for one that has none."""
    code = language.replace("_", "-").split("-")[0].casefold()
    if code not in LANGUAGES:
        raise KeyError(language)
    table: Words = import_module(f"bot.language.words.{code}").WORDS
    return table
