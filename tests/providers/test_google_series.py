"""Series on Google Calendar against a naive calendar that keeps every occurrence in a list."""

import asyncio
from datetime import date

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.providers.google_house import google_house
from tests.providers.inputs import GUEST, ME
from tests.providers.naive import ACTS, Act, compare, rules


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(rules(), st.lists(ACTS, min_size=1, max_size=5))
def test_the_calendar_is_what_a_list_of_occurrences_is(rule: tuple[str, list[date]], acts: list[Act]) -> None:
    async def run() -> None:
        async with google_house() as house:
            await compare(house.open(ME), house.open(GUEST), rule, acts)

    asyncio.run(run())
