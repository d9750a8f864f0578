"""`python -m bot`: talk to the bot at this terminal, or run one of its processes."""

import argparse
import asyncio
import contextlib
import getpass
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.messages import Reply
    from storage.open import Storage

SAMPLE_FOLDER = "sample"


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except ConfigError as error:
        sys.stderr.write(f"Freewhen cannot start:\n{_indented(error.message)}\n")
        return 2
    except KeyboardInterrupt:
        return 130


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Freewhen, a calendar assistant in chat.")
    commands = parser.add_subparsers(metavar="COMMAND")
    chat = commands.add_parser("chat", help="talk to the bot here (the default)")
    for target in (parser, chat):
        _chat_options(target)
        target.set_defaults(run=_chat)
    for name, run, text in (
        ("worker", _worker, "reminders and recovery"),
        ("migrate", _migrate, "bring the database to the newest schema"),
    ):
        command = commands.add_parser(name, help=text)
        _data_option(command)
        command.set_defaults(run=run)
    key = commands.add_parser("key", help="make a new encryption key for FREEWHEN_KEYS")
    key.set_defaults(run=_key)
    understand = commands.add_parser("understand", help="how a sentence is understood, and why")
    understand.add_argument("text", nargs="*", metavar="TEXT")
    understand.add_argument(
        "--jsonl", action="store_true", help="read {id, lang, text, now, tz} lines, print predictions"
    )
    understand.add_argument("--now", metavar="ISO", type=_instant)
    understand.add_argument("--zone", metavar="IANA", type=_zone, default=argparse.SUPPRESS)
    understand.set_defaults(run=_understand)
    return parser


def _chat_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="name", metavar="NAME", default=None, help="who I am")
    parser.add_argument("--now", metavar="ISO", type=_instant, help="freeze the clock; /later 10m moves it")
    parser.add_argument("--zone", metavar="IANA", type=_zone, default=None, help="my time zone")
    parser.add_argument("--lang", metavar="CODE", default="en", help="my language")
    parser.add_argument("--sample", action="store_true", help="a labelled sample week and three colleagues")
    _data_option(parser)


def _data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", type=Path, default=None, help="where the data is kept")


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO time like 2026-11-26T09:00:00+01:00") from None
    return moment


def _zone(text: str) -> str:
    from bot.scheduling.zones import zone

    try:
        return zone(text).key
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _aware(moment: datetime | None, zone_name: str) -> datetime:
    """A given instant, one without an offset meant in the zone; none given: the machine's clock."""
    from bot.scheduling.zones import zone

    if moment is None:
        return datetime.now(UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone(zone_name))


def _local_zone() -> str:
    from tzlocal import get_localzone_name

    from bot.scheduling.zones import zone

    try:
        return zone(get_localzone_name() or "UTC").key
    except (ValueError, LookupError):
        return "UTC"


def _folder(data: Path | None, sample: bool = False) -> Path:
    """Where the data is kept: the sample apart from what is real."""
    if data is not None:
        return data
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "freewhen"
    return home / SAMPLE_FOLDER if sample else home


# ── the processes ───────────────────────────────────────────────────────────────────────────────────────────


def _chat(arguments: argparse.Namespace) -> int:
    asyncio.run(_talk(arguments))
    return 0


async def _talk(arguments: argparse.Namespace) -> None:
    from bot import app as house
    from bot import logs, settings
    from bot.chats.terminal import Hooks, Terminal
    from bot.messages import ChatUser, Profile, Reply, Request
    from bot.ports import Chat, Clock

    loaded = settings.load()
    data = _folder(arguments.data, arguments.sample)
    house.make_folder(data)
    logs.start(loaded.log_level, loaded.log_format == "json", data / "freewhen.log")
    zone_name = arguments.zone or _local_zone()
    name = (arguments.name or getpass.getuser()).strip()
    number = re.sub(r"[^\w.-]+", "-", name.casefold()).strip("-.") or "you"
    who = ChatUser("terminal", "", number)
    profile = Profile(name, "", zone_name, arguments.lang)
    if arguments.sample:
        from bot import sample

        known = {short: full for short, full, _ in sample.COLLEAGUES}
        profile = Profile(known.get(number, name), f"{number}@{sample.DOMAIN}", zone_name, arguments.lang)
    standing = house.StandingClock(_aware(arguments.now, zone_name)) if arguments.now else None
    clock: Clock = standing or house.SystemClock()

    async def fill(storage: "Storage") -> None:
        if arguments.sample:
            await sample.fill(storage.local_events, who, profile.name, profile.email, zone_name, clock.now())

    async def later(text: str) -> Sequence[Reply]:
        from bot.handlers.leads import read_lengths

        lengths = read_lengths(text)
        if not lengths or standing is None:
            return [Reply("Say how much later: /later 10m, /later 2h, /later 1d.")]
        until = standing.now() + sum(lengths[1:], lengths[0])
        sent = await house.pass_time(await opening.app(), standing, until, f"terminal-{who.id}", who)
        from bot.scheduling import wording
        from bot.scheduling.zones import zone

        now = wording.moment(standing.now(), zone(zone_name), standing.now())
        return [Reply(f"It is now {now}." + ("" if sent else " Nothing fell due."))]

    async def answer(request: Request) -> Reply:
        try:
            app = await opening.app()
        except ConfigError:
            await terminal.stop()
            raise
        from bot.handlers import dispatch

        return await dispatch(app, request)

    async def behind() -> None:
        """Once the prompt is there: open the house, and let its worker tick."""
        await asyncio.sleep(0.05)
        try:
            app = await opening.app()
        except ConfigError:
            await terminal.stop()
            return
        if standing is None:
            await house.start_worker(app, 0.3, who)

    chats: dict[str, Chat] = {}
    opening = house.Opening(loaded, data, clock, chats, fill)
    if not opening.can_wait():
        await opening.app()
    greeting = _greeting(arguments.sample, profile.name, sys.stdin.isatty())
    hooks = Hooks(greeting=greeting, later=later if standing else None)
    terminal = Terminal.here(who, profile, pictures=data / "pictures", hooks=hooks)
    chats["terminal"] = terminal
    rest = asyncio.create_task(behind())
    try:
        await terminal.run(answer)
    finally:
        rest.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await rest
        await opening.close()


def _greeting(sampled: bool, name: str, interactive: bool) -> "Reply | None":
    from bot.messages import Reply

    if not interactive:
        return None
    text = "Start with /connect-calendar, then ask “when am I free tomorrow afternoon?”."
    if sampled:
        text = f"This is a demonstration: a sample week, every event of it marked (sample). {text}"
    return Reply(heading=f"Hello {name}, this is Freewhen.", text=text, note="/freewhen help lists more; /quit leaves.")


def _worker(arguments: argparse.Namespace) -> int:
    async def run() -> None:
        from bot import app as house
        from bot import logs, settings
        from bot.worker import Worker

        loaded = settings.load()
        logs.start(loaded.log_level, loaded.log_format == "json")
        async with house.opened(loaded, _folder(arguments.data), house.SystemClock(), {}) as (app, _):
            await Worker(app).run()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())
    return 0


def _migrate(arguments: argparse.Namespace) -> int:
    async def run() -> None:
        from bot import app as house
        from bot import settings

        async with house.opened(settings.load(), _folder(arguments.data), house.SystemClock(), {}):
            sys.stdout.write("The database is at the newest schema.\n")

    asyncio.run(run())
    return 0


def _key(arguments: argparse.Namespace) -> int:
    from storage.keys import generate_key

    sys.stdout.write(generate_key() + "\n")
    return 0


def _understand(arguments: argparse.Namespace) -> int:
    from bot.language import predict

    if arguments.jsonl:
        for line in predict.run(sys.stdin):
            sys.stdout.write(line + "\n")
        return 0
    from bot.language.understand import understand
    from bot.scheduling.zones import zone

    zone_name = getattr(arguments, "zone", None) or _local_zone()
    now = _aware(arguments.now, zone_name)
    ask = understand(" ".join(arguments.text), now, zone(zone_name))
    sys.stdout.write("\n".join(predict.explain(ask, zone(zone_name))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
