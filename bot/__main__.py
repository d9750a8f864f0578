"""`python -m bot`: talk to the bot at this terminal, or run one of its processes."""

import argparse
import asyncio
import contextlib
import gc
import getpass
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot import arguments as typed
from bot.errors import ConfigError


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
    serve = commands.add_parser("serve", help="our pages, the chats and the worker in one process")
    serve.add_argument("--no-worker", dest="worker", action="store_false", help="reminders and sync run elsewhere")
    _data_option(serve)
    serve.set_defaults(run=_serve)
    for name, run, text in (
        ("worker", _worker, "reminders and recovery"),
        ("migrate", _migrate, "bring the database to the newest schema"),
        ("doctor", _doctor, "what is wrong with the settings, and the fix"),
    ):
        command = commands.add_parser(name, help=text)
        _data_option(command)
        command.set_defaults(run=run)
    key = commands.add_parser("key", help="make a new encryption key for FREEWHEN_KEYS")
    key.set_defaults(run=_key)
    manifest = commands.add_parser("manifest", help="what to paste where a chat's app is made")
    manifest.add_argument("chat", choices=("slack",))
    way = manifest.add_mutually_exclusive_group()
    way.add_argument("--socket", action="store_true", default=None, help="Socket Mode: no public address is needed")
    way.add_argument("--https", dest="socket", action="store_false", help="Slack calls FREEWHEN_PUBLIC_URL")
    manifest.add_argument("--many", action="store_true", help="many workspaces install it, each by itself")
    manifest.set_defaults(run=_manifest)
    understand = commands.add_parser("understand", help="how a sentence is understood, and why")
    understand.add_argument("text", nargs="*", metavar="TEXT")
    understand.add_argument(
        "--jsonl", action="store_true", help="read {id, lang, text, now, tz} lines, print predictions"
    )
    understand.add_argument("--now", metavar="ISO", type=typed.instant)
    understand.add_argument("--zone", metavar="IANA", type=typed.zone, default=argparse.SUPPRESS)
    understand.set_defaults(run=_understand)
    return parser


def _chat_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="name", metavar="NAME", default=None, help="who I am")
    parser.add_argument("--now", metavar="ISO", type=typed.instant, help="freeze the clock; /later 10m moves it")
    parser.add_argument("--zone", metavar="IANA", type=typed.zone, default=None, help="my time zone")
    parser.add_argument("--lang", metavar="CODE", type=typed.language, default=None, help="my language")
    parser.add_argument("--sample", action="store_true", help="a labelled sample week and three colleagues")
    _data_option(parser)


def _data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", type=Path, default=None, help="where the data is kept")


def _local_zone() -> str:
    from tzlocal import get_localzone_name

    from bot.scheduling.zones import zone

    try:
        return zone(get_localzone_name() or "UTC").key
    except (ValueError, LookupError):
        return "UTC"


# ── the processes ───────────────────────────────────────────────────────────────────────────────────────────


def _chat(arguments: argparse.Namespace) -> int:
    from bot.talk import Options, Talk

    here = _local_zone()
    options = Options(
        name=(arguments.name or getpass.getuser()).strip(),
        data=typed.folder(arguments.data, arguments.sample),
        here=here,
        zone=arguments.zone or "",
        language=arguments.lang or "en",
        now=typed.aware(arguments.now, arguments.zone or here) if arguments.now else None,
        sample=arguments.sample,
    )

    async def run() -> None:
        await Talk(options).run()

    asyncio.run(run())
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    from bot import serve

    return asyncio.run(serve.run(typed.folder(arguments.data), arguments.worker))


def _worker(arguments: argparse.Namespace) -> int:
    async def run() -> None:
        from bot import app as house
        from bot.worker import Worker

        home, clock = typed.folder(arguments.data), house.SystemClock()
        async with house.opened(house.loaded(), home, clock, {}, online=True) as (app, _):
            gc.freeze()  # what is there now stays; the collector need not walk over it in the middle of a burst
            ticking = asyncio.ensure_future(Worker(app).run())
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ticking.cancel)
            with contextlib.suppress(asyncio.CancelledError):
                await ticking

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from bot import doctor

    return asyncio.run(doctor.run(typed.folder(arguments.data)))


def _migrate(arguments: argparse.Namespace) -> int:
    async def run() -> None:
        from bot import app as house

        async with house.opened(house.loaded(), typed.folder(arguments.data), house.SystemClock(), {}):
            sys.stdout.write("The database is at the newest schema.\n")

    asyncio.run(run())
    return 0


def _key(arguments: argparse.Namespace) -> int:
    from bot.app import new_key

    sys.stdout.write(new_key() + "\n")
    return 0


def _manifest(arguments: argparse.Namespace) -> int:
    """Without an option: over a socket, where that is set up or nothing else can work."""
    from bot.app import loaded
    from bot.chats.slack.manifest import manifest, yaml

    settings = loaded()
    socket = arguments.socket
    if socket is None:
        socket = settings.slack_app_token is not None or not settings.public_url.startswith("https://")
    many = arguments.many or bool(settings.slack_client_id)
    try:
        made = yaml(manifest(settings.public_url, socket, many))
    except ConfigError as error:
        sys.stderr.write(f"There is no manifest like that yet:\n{_indented(error.message)}\n")
        return 2
    sys.stdout.write(made)
    return 0


def _understand(arguments: argparse.Namespace) -> int:
    from bot.language import predict

    if arguments.jsonl:
        try:
            for line in predict.run(sys.stdin):
                sys.stdout.write(line + "\n")
        except ValueError:
            raise ConfigError("a line is not {id, lang, text, now, tz} as JSON") from None
        return 0
    from bot.language.understand import understand
    from bot.scheduling.zones import zone

    zone_name = getattr(arguments, "zone", None) or _local_zone()
    now = typed.aware(arguments.now, zone_name) if arguments.now else datetime.now(UTC)
    ask = understand(" ".join(arguments.text), now, zone(zone_name))
    sys.stdout.write("\n".join(predict.explain(ask, zone(zone_name))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
