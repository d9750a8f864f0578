async def test_a(store):
    assert await store.reminders.counts() == {}
