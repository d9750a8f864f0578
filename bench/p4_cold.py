"""P4: a cold question about others is as few calls as Google allows: 50 people and 90 days in each, side by side.

The real client library over real sockets, to a strict double that counts. The peer is the number that the caps of the
API leave no way around (developers.google.com/workspace/calendar/api/v3/reference/freebusy/query).
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from math import ceil

from bench.memory_house import People, app_over
from bench.table import Row, show
from bot import calendars
from bot.providers import House
from bot.providers.google import kind
from bot.scheduling.event import Known
from bot.scheduling.interval import Interval
from tests.fakes.nothing import NoLocalEvents
from tests.providers.google_house import GoogleHouse, Still, google_house
from tests.providers.inputs import ME, at

PEOPLE = (1, 50, 51, 120, 500)
DAYS = (14, 90, 91)
QUERY = "calendar.freebusy.query"


def run() -> Iterator[Row]:
    return iter(asyncio.run(measured()))


async def measured() -> list[Row]:
    rows = []
    async with google_house() as house:
        addresses = [f"p{number}@example.com" for number in range(max(PEOPLE))]
        for address in addresses:
            house.server.accounts.add(address)
        for people in PEOPLE:
            for days in DAYS:
                rows += await asked(house, addresses[:people], days)
    return rows


async def asked(house: GoogleHouse, addresses: list[str], days: int) -> list[Row]:
    """A question nobody has asked before, and the same once more."""
    clock = Still(at(9, 9))
    google = replace(kind(House(clock, NoLocalEvents())), open=lambda opening: house.open(ME))
    people = People()
    context = people.add("me", "google")
    app = app_over(people, clock, {"google": lambda: google})
    window = Interval(clock.now(), clock.now() + timedelta(days=days))
    begun = house.server.count()
    found = await calendars.others(app, context, addresses, window, member=True)
    cold = house.server.count() - begun
    assert cold == house.server.count(QUERY) - _before(house, begun)
    assert all(isinstance(found[address], Known) for address in addresses)
    await calendars.others(app, context, addresses, window, member=True)
    warm = house.server.count() - begun - cold
    least = ceil(len(addresses) / 50) * ceil(days / 90)
    what = f"{len(addresses)} people, {days} days"
    return [
        Row("P4", f"{what}: calls", cold, least, "the least", "calls", 1.0),
        Row("P4", f"{what}: calls when asked again", warm, least, "the least", "calls", 0.0),
    ]


def _before(house: GoogleHouse, begun: int) -> int:
    return sum(call.method == QUERY for call in house.server.calls[:begun])


if __name__ == "__main__":
    print(show(list(run())))
