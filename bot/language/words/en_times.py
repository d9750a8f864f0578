"""English words for times. Phrases are split by `|`; a phrase may have several senses, the grammar picks."""

from datetime import time

from bot.language.words import Part, Tag, Unit

PARTS = (
    Part("morning", time(8), time(12), False),
    Part("afternoon", time(12), time(18), True),
    Part("evening", time(18), time(22), True),
    Part("night", time(18), time(0), True),
    Part("lunch", time(12), time(13), True),
    Part("daytime", time(8), time(18), False),
    Part("breakfast", time(8), time(9), False),
    Part("dinner", time(18), time(20), True),
    Part("early morning", time(6), time(9), False),
    Part("late morning", time(10), time(12), False),
    Part("late afternoon", time(15), time(18), True),
    Part("office", time(9), time(17), True),
    Part("early afternoon", time(12), time(15), True),
    Part("late evening", time(20), time(0), True),
    Part("early evening", time(17), time(20), True),
    Part("end of day", time(16), time(18), True),
    Part("start of day", time(8), time(10), False),
)

_SENSES = (
    (Tag.NUMBER, 0, "zero"),
    (Tag.NUMBER, 1, "one"),
    (Tag.NUMBER, 2, "two"),
    (Tag.NUMBER, 3, "three"),
    (Tag.NUMBER, 4, "four"),
    (Tag.NUMBER, 5, "five"),
    (Tag.NUMBER, 6, "six"),
    (Tag.NUMBER, 7, "seven"),
    (Tag.NUMBER, 8, "eight"),
    (Tag.NUMBER, 9, "nine"),
    (Tag.NUMBER, 10, "ten"),
    (Tag.NUMBER, 11, "eleven"),
    (Tag.NUMBER, 12, "twelve"),
    (Tag.NUMBER, 13, "thirteen"),
    (Tag.NUMBER, 14, "fourteen"),
    (Tag.NUMBER, 15, "fifteen"),
    (Tag.NUMBER, 16, "sixteen"),
    (Tag.NUMBER, 17, "seventeen"),
    (Tag.NUMBER, 18, "eighteen"),
    (Tag.NUMBER, 19, "nineteen"),
    *(
        (Tag.TENS, 10 * n, word)
        for n, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)
    ),
    (Tag.HUNDRED, 100, "hundred"),
    (Tag.HUNDRED, 1000, "thousand"),
    *(
        (Tag.ORDINAL, n, word)
        for n, word in enumerate(
            [
                "first",
                "second",
                "third",
                "fourth",
                "fifth",
                "sixth",
                "seventh",
                "eighth",
                "ninth",
                "tenth",
                "eleventh",
                "twelfth",
                "thirteenth",
                "fourteenth",
                "fifteenth",
                "sixteenth",
                "seventeenth",
                "eighteenth",
                "nineteenth",
                "twentieth",
            ],
            1,
        )
    ),
    (Tag.ORDINAL, 30, "thirtieth"),
    (Tag.MANY, 2, "couple|couple of|a couple|a couple of|pair of|a pair of"),
    (Tag.MANY, 3, "few|a few"),
    (Tag.MANY, 4, "several"),
    (Tag.FRACTION, 30, "half"),
    (Tag.FRACTION, 15, "quarter|a quarter"),
    *(
        (Tag.WEEKDAY, n, phrase)
        for n, phrase in enumerate(
            (
                "monday|mon",
                "tuesday|tue|tues",
                "wednesday|wed|weds",
                "thursday|thu|thur|thurs",
                "friday|fri",
                "saturday|sat",
                "sunday|sun",
            )
        )
    ),
    *(
        (Tag.WEEKDAYS, n, f"{name}s")
        for n, name in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
    ),
    (Tag.WEEKDAYS, 7, "weekdays|weekday|workdays|business days|working days|week days"),
    *(
        (Tag.MONTH, n, phrase)
        for n, phrase in enumerate(
            (
                "january|jan",
                "february|feb",
                "march|mar",
                "april|apr",
                "may",
                "june|jun",
                "july|jul",
                "august|aug",
                "september|sep|sept",
                "october|oct",
                "november|nov",
                "december|dec",
            ),
            1,
        )
    ),
    (Tag.DAY, 0, "today|this day|the same day|same day"),
    (Tag.DAY, 1, "tomorrow|tmrw|tmw|the next day|next day|the following day"),
    (Tag.DAY, 2, "day after tomorrow|the day after tomorrow|overmorrow"),
    (Tag.DAY, -1, "yesterday"),
    (Tag.DAY, -2, "day before yesterday|the day before yesterday"),
    (Tag.UNIT, Unit.SECOND.value, "seconds|sec|secs"),
    (Tag.UNIT, Unit.MINUTE.value, "minute|minutes|min|mins"),
    (Tag.UNIT, Unit.HOUR.value, "hour|hours|hr|hrs"),
    (Tag.UNIT, Unit.DAY.value, "day|days"),
    (Tag.UNIT, Unit.WEEK.value, "week|weeks|wk|wks"),
    (Tag.UNIT, Unit.MONTH.value, "month|months"),
    (Tag.UNIT, Unit.YEAR.value, "year|years|yr|yrs"),
    (Tag.UNIT, Unit.WORKDAY.value, "working day|working days|business day|business days|workday|workdays|work days"),
    (Tag.UNIT, Unit.FORTNIGHT.value, "fortnight|fortnights"),
    (Tag.UNIT, Unit.QUARTER.value, "quarter"),
    (Tag.GLUED_UNIT, Unit.MINUTE.value, "m|'|mn"),
    (Tag.GLUED_UNIT, Unit.HOUR.value, "h"),
    (Tag.GLUED_UNIT, Unit.DAY.value, "d"),
    (Tag.GLUED_UNIT, Unit.WEEK.value, "w"),
    (Tag.GLUED_UNIT, Unit.MONTH.value, "mon"),
    (Tag.WEEKEND, 0, "weekend|week end|week - end|weekends|weekend days"),
    (Tag.PART, 0, "morning|mornings"),
    (Tag.PART, 1, "afternoon|afternoons|arvo"),
    (Tag.PART, 2, "evening|evenings|eve|dinnertime"),
    (Tag.PART, 3, "night|nights"),
    (Tag.PART, 4, "lunchtime|lunch time|at lunch|over lunch|during lunch|lunch hour"),
    (Tag.PART, 5, "daytime|day time|during the day"),
    (Tag.PART, 6, "breakfast time|at breakfast|over breakfast"),
    (Tag.PART, 7, "at dinner|over dinner|dinner time|suppertime"),
    (
        Tag.PART,
        8,
        """
            early morning | early in the morning | early mornings | first thing in the morning | early in the
            day | first thing
        """,
    ),
    (Tag.PART, 9, "late morning|late in the morning|late mornings|mid morning|mid - morning"),
    (Tag.PART, 10, "late afternoon|late in the afternoon|late afternoons"),
    (Tag.PART, 11, "working hours|office hours|business hours|work hours"),
    (Tag.PART, 12, "early afternoon|early in the afternoon|early afternoons|after lunch"),
    (Tag.PART, 13, "late evening|late in the evening|late at night|late night"),
    (Tag.PART, 14, "early evening|early in the evening|after work"),
    (Tag.PART, 15, "end of day|the end of the day|end of the day|eod|the end of day|cob|close of business"),
    (Tag.PART, 16, "start of the day|the start of the day|beginning of the day|the beginning of the day|start of day"),
    (Tag.TODAY_PART, 3, "tonight|tonite|to - night"),
    (Tag.TODAY_PART, 13, "late tonight"),
    (Tag.POINT, 720, "noon|midday|mid - day|noontime|12 noon|twelve noon|high noon|mid day"),
    (Tag.POINT, 1440, "midnight|mid - night|12 midnight|twelve midnight"),
    (Tag.MERIDIEM, 0, "am|a . m .|a . m|a m"),
    (Tag.MERIDIEM, 12, "pm|p . m .|p . m|p m"),
    (Tag.GLUED_MERIDIEM, 0, "a"),
    (Tag.GLUED_MERIDIEM, 12, "p"),
    (Tag.OCLOCK, 0, "o'clock|oclock|o clock|o ' clock"),
    (Tag.HOUR_SIGN, 0, "h|hr|hrs"),
    (Tag.ISH, 0, "ish|- ish|or so|or thereabouts|sharp|on the dot|exactly"),
    (Tag.ABOUT, 0, "around|about|approximately|approx|roughly|circa|sometime|sometime around|some time|nearly|exactly"),
    (Tag.THIS, 0, "this|current|the current|this current|this very|this present"),
    (Tag.NEXT, 0, "next|the next|following|the following|nxt"),
    (Tag.COMING, 0, "coming|upcoming|this coming|the coming|this upcoming|the upcoming"),
    (Tag.LAST, 0, "last|previous|past|the last|the past|the previous|this past|this last"),
    (Tag.ORDINAL, -1, "last|final"),
    (Tag.PAST, 0, "past|after"),
    (Tag.TILL, 0, "to|till|before|of|until"),
    (Tag.TO, 0, "to|till|til|until|through|thru|up to|and until|- to -"),
    (Tag.FROM, 0, "from|since|starting from|beginning"),
    (Tag.BETWEEN, 0, "between|in between|anywhere between"),
    (Tag.AND, 0, "and|&|plus"),
    (Tag.OR, 0, "or"),
    (Tag.AT, 0, "at|@|starts at|starting at|beginning at|begins at|at about|at around|starting around|starts around"),
    (Tag.ON, 0, "on|upon|during"),
    (Tag.IN, 0, "in"),
    (Tag.FOR, 0, "for|lasting|lasts|taking|that lasts|last"),
    (Tag.WITHIN, 0, "within|within the next|in under|in less than|within the coming"),
    (Tag.OF, 0, "of|in"),
    (Tag.THE, 0, "the"),
    (Tag.A, 1, "a|an|another|one more"),
    (Tag.NOW, 0, "now|right now|immediately|the current time|at the moment|asap"),
    (Tag.AGO, 0, "ago"),
    (Tag.LATER, 1, "later"),
    (Tag.LATER, 0, "hence|from now|from right now|after now|time from now"),
    (Tag.EARLIER, 0, "earlier|sooner|before|earlier than planned|forward"),
    (Tag.BEFORE, 0, "before|earlier than|no later than|not later than|prior to|ahead of"),
    (
        Tag.AFTER,
        0,
        """
            after | later than | no earlier than | not before | not earlier than | past | any time after |
            anytime after | from | starting from | at or after | since
        """,
    ),
    (Tag.UNTIL, 0, "until|till|til|up to|up until|upto"),
    (Tag.BY, 0, "by"),
    (
        Tag.EARLY,
        0,
        """
            early | beginning of | the beginning of | start of | the start of | early in | at the start of | at
            the beginning of | the first half of | first half of
        """,
    ),
    (
        Tag.LATE,
        0,
        "late|end of|the end of|late in|later in|at the end of|the second half of|second half of",
    ),
    (Tag.LATE, 1, "later|rest of|the rest of|remainder of|the remainder of"),
    (Tag.MIDDLE, 0, "mid|middle of|the middle of|mid -"),
    (Tag.ONLY, 0, "only|please only|preferably|ideally"),
    (
        Tag.NOT,
        0,
        """
            not | not on | except | except on | except for | but not | but not on | excluding | no | apart from
            | any day but | other than | never | never on | avoid | and not | not in the | no meetings on |
            without
        """,
    ),
    (Tag.EVERY, 0, "every|every single|each and every"),
    (Tag.EVERY, 1, "each"),
    (Tag.OTHER, 0, "other|second|alternate"),
    (Tag.FREQUENCY, 1, "daily|everyday|once a day"),
    (Tag.FREQUENCY, 2, "weekly|once a week"),
    (Tag.FREQUENCY, 3, "monthly|once a month"),
    (Tag.FREQUENCY, 4, "yearly|annually|once a year"),
    (Tag.FREQUENCY, 5, "biweekly|fortnightly|bi - weekly|bi weekly"),
    (
        Tag.ALL_DAY,
        0,
        "all day|all - day|the whole day|whole day|the entire day|entire day|full day|a full day|all day long",
    ),
    (Tag.ALL, 0, "all|whole|entire"),
    (Tag.STARTING, 0, "starting|beginning|from|starts|starting on"),
    (Tag.INSTEAD, 0, "instead of|rather than|not|in place of"),
    (Tag.TIME_WORD, 0, "someday|soon|oclock|fortnightly|quarterly"),
    (
        Tag.TIME_WORD,
        0,
        """
            twice a day | twice a week | twice a month | twice a year | times a day | times a week | times a month |
            times a year | twice weekly | twice monthly | bimonthly | bi - monthly | semimonthly | semi - monthly
        """,
    ),
    (
        Tag.FIRST_SLOT,
        0,
        """
            earliest | first available | next available | the next free | next free | next open | soonest | as
            soon as possible | how soon | how early | asap | the earliest | first free
        """,
    ),
    (
        Tag.NUMBERED,
        0,
        """
            room | phase | sprint | chapter | version | episode | level | grade | gate | terminal | floor | lab |
            route | building | module | lesson | round | season | stage | milestone | ticket | formula | studio |
            hall | desk | track | section | release | iteration | cohort | bay | ward | court | tier
        """,
    ),
    (Tag.LAST_SLOT, 0, "latest|the latest"),
    (
        Tag.VERB,
        0,
        """
            why not | why not on | why no | why not in the | squeeze in | fit in | slot in | pencil in | pop in |
            put in | get in | block in | book in | pencil me in | slot me in | squeeze me in | fit me in | get me in |
            put me in | book me in | squeeze us in | fit us in | slot us in | put us in | book us in
        """,
    ),
)


def senses() -> dict[str, tuple[tuple[Tag, int], ...]]:
    """Phrase → its senses, in the order of the table."""
    table: dict[str, list[tuple[Tag, int]]] = {}
    for tag, value, phrases in _SENSES:
        for phrase in phrases.split("|"):
            table.setdefault(" ".join(phrase.split()), []).append((tag, value))
    return {phrase: tuple(found) for phrase, found in table.items()}


SPELLING = {
    wrong: right
    for right, wrongs in {
        "tomorrow": "tommorow tommorrow tomorow tomorrrow tomoro tommorw tomarrow tmrw tmw tomrrow tomorrows",
        "calendar": "calender calandar calander calendr calenda",
        "thursday": "thrusday thurday thursady thirsday",
        "wednesday": "wensday wedensday wednsday wendesday wednesay wedneday",
        "tuesday": "tuseday teusday tuesdy tusday",
        "saturday": "saterday satruday saturady",
        "friday": "firday freinday fryday",
        "sunday": "sundy sudnay",
        "monday": "mondy munday mnday",
        "february": "febuary feburary febraury",
        "january": "janurary januray",
        "september": "septmber setember",
        "october": "octobre ocotber",
        "schedule": "shedule schedual scedule schedle scheduale skedule",
        "reschedule": "reshedule rescedule re-schedule",
        "meeting": "meting meeitng meetting meetin mtg meating",
        "meetings": "metings mtgs meetngs",
        "appointment": "appointmnet apointment appoitment appt appointement apt",
        "appointments": "appts apointments appoitments",
        "afternoon": "aftrnoon afternon afernoon",
        "morning": "mornig mornign moring",
        "evening": "evning evenning",
        "tonight": "tonite tonigt 2nite tonght",
        "available": "availible avaliable availble avalable",
        "availability": "availibility avaliability availabilty",
        "remind": "remid reminde",
        "reminder": "remindr remainder",
        "cancel": "cancle cancell canel",
        "noon": "nooon",
        "minutes": "minuets minuts mintues",
        "eighth": "eigth",
        "ninth": "nineth",
        "twelfth": "twelveth twelth",
        "tentative": "tenative",
        "what": "whats wats",
        "when": "whens",
        "where": "wheres",
        "who": "whos",
        "how": "hows",
        "let's": "lets",
        "i'm": "im",
        "i've": "ive",
        "don't": "dont",
        "can't": "cant",
        "won't": "wont",
        "isn't": "isnt",
        "you": "u",
        "and": "n",
        "please": "pls plz",
        "with": "w w/",
    }.items()
    for wrong in wrongs.split()
}
