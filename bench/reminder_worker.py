"""One worker process of P7: `python -m bench.reminder_worker URL`, the key ring on the first line of its input.

It says "ready", waits for a line, sends what is due, and prints the title of every reminder it sent.
"""

import asyncio
import sys

from bench.reminder_store import NOON, Clock, Silence, app_over, opened
from bot.handlers import remind


async def main(url: str, ring: str) -> None:
    async with opened(url, ring) as storage:
        chat = Silence()
        app = app_over(storage, Clock(NOON), chat)
        await remind.tick(app, "warm")
        print("ready", flush=True)
        sys.stdin.readline()
        await remind.tick(app, f"worker-{id(chat):x}")
        print("\n".join(reply.heading for _, reply, _ in chat.sent), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.stdin.readline().strip()))
