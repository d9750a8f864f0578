"""A strict double of Slack on loopback, to be driven by the real slack_sdk client.

    slack = PretendSlack(now=lambda: clock.now().timestamp())
    team = slack.world.add_team("Acme")
    ana = slack.world.add_user(team, "Ana Ruiz")
    token = slack.install(team)
    async with slack.running():  # AsyncWebClient(token, base_url=slack.api_url + "/")

`world` is what it keeps, `calls` the requests so far, `world.faults` everything that was refused and that a careful
client would not have asked for; `refusals` those that nobody can foresee (a name that is not there, a changed hash, an
expired token). `limits` says 429 on demand. `slack_person` acts as somebody in a workspace.
"""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.doubles.serving import served
from tests.doubles.slack_errors import SlackError
from tests.doubles.slack_methods_chat import ChatMethods
from tests.doubles.slack_methods_more import FileMethods, UserMethods, auth_test
from tests.doubles.slack_methods_views import ViewMethods
from tests.doubles.slack_oauth import Oauth
from tests.doubles.slack_response_urls import ResponseUrls
from tests.doubles.slack_tokens import SlackApp, Token
from tests.doubles.slack_wire import Call, Limits, answer, read, too_many
from tests.doubles.slack_workspace import Body, Refusal, Team, Workspaces

SCOPES = frozenset(
    [
        "app_mentions:read",
        "chat:write",
        "commands",
        "files:write",
        "im:history",
        "im:write",
        "users:read",
        "users:read.email",
    ]
)
UNFORESEEN = frozenset(["users_not_found", "user_not_found", "user_disabled", "hash_conflict", "token_expired"])
POSTS = frozenset({"chat.postMessage", "chat.postEphemeral"})


@dataclass(frozen=True, slots=True)
class Method:
    """Names of arguments with spaces between. `json`: the method reads JSON. `kind` of its token."""

    do: Callable[[Team, Body, Token], Body]
    scope: str = ""
    required: str = ""
    optional: str = ""
    json: bool = True
    kind: str = "bot"


class PretendSlack:
    """The server (`app`, ASGI) and what it keeps."""

    def __init__(self, now: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.world = Workspaces(SlackApp(), now, monotonic)
        self.calls: list[Call] = []
        self.refusals: list[Refusal] = []
        self.limits = Limits()
        self.chat = ChatMethods(self.world)
        self.views = ViewMethods(self.world, self.chat)
        self.users = UserMethods(self.world)
        self.files = FileMethods(self.world)
        self.oauth = Oauth(self.world)
        self.urls = ResponseUrls(self.world, self.chat)
        self.open_socket: Callable[[], str] | None = None
        self.base = ""
        self._methods = self._table()
        self.app = Starlette(
            routes=[
                Route("/api/{method}", self._api, methods=["GET", "POST"]),
                Route("/upload/v1/{ticket}", self._upload, methods=["POST"]),
                Route("/oauth/v2/authorize", self._page, methods=["GET"]),
                Route("/oauth/v2/allow", self._pressed, methods=["POST"]),
                Route("/commands/{rest:path}", self._answered, methods=["POST"]),
                Route("/actions/{rest:path}", self._answered, methods=["POST"]),
            ]
        )

    @property
    def api_url(self) -> str:
        return f"{self.base}/api"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["PretendSlack"]:
        async with served(self.app) as url:
            self.base = self.files.base = self.urls.base = url
            yield self

    def install(self, team: Team, scopes: frozenset[str] = SCOPES) -> str:
        """A bot token of one workspace that does not expire, as a custom app has it."""
        return self.world.tokens.issue(team.id, scopes).value

    def app_token(self) -> str:
        """A token that opens sockets."""
        return self.world.tokens.issue("", frozenset({"connections:write"}), "app").value

    def count(self, method: str = "") -> int:
        """How many calls there were, of one method or of all."""
        return sum(call.method == method or not method for call in self.calls)

    # ── the methods ─────────────────────────────────────────────────────────────────────────────────────────

    def _table(self) -> dict[str, Method]:
        chat, views, users, files = self.chat, self.views, self.users, self.files
        said = "text blocks thread_ts"
        posted = f"{said} unfurl_links unfurl_media metadata mrkdwn reply_broadcast"
        updated = "text blocks metadata"
        return {
            "auth.test": Method(lambda team, asked, token: auth_test(self.world, team, self.base)),
            "auth.revoke": Method(self._revoke, optional="test", json=False),
            "apps.connections.open": Method(lambda *_: self._socket(), "connections:write", kind="app"),
            "conversations.open": Method(
                _plain(chat.conversations_open), "im:write", "", "users return_im prevent_creation"
            ),
            "chat.postMessage": Method(_plain(chat.post_message), "chat:write", "channel", posted),
            "chat.postEphemeral": Method(_plain(chat.post_ephemeral), "chat:write", "channel user", said),
            "chat.update": Method(_plain(chat.update), "chat:write", "channel ts", updated),
            "chat.delete": Method(_plain(chat.delete), "chat:write", "channel ts"),
            "views.open": Method(_plain(views.open), "", "trigger_id view"),
            "views.push": Method(_plain(views.push), "", "trigger_id view"),
            "views.update": Method(_plain(views.update), "", "view", "view_id external_id hash"),
            "views.publish": Method(_plain(views.publish), "", "user_id view", "hash"),
            "users.info": Method(users.info, "users:read", "user", "include_locale", json=False),
            "users.list": Method(users.list, "users:read", "", "cursor limit include_locale", json=False),
            "users.lookupByEmail": Method(users.by_email, "users:read.email", "email", json=False),
            "files.getUploadURLExternal": Method(
                _plain(files.address), "files:write", "filename length", "alt_txt snippet_type", json=False
            ),
            "files.completeUploadExternal": Method(_plain(files.complete), "files:write", "files"),
        }

    async def _api(self, request: Request) -> Response:
        name, team = request.path_params["method"], ""
        try:
            asked = await read(self.world, name, request)
            if name == "oauth.v2.access":
                self.calls.append(Call(name, "", {}, self.world.monotonic()))
                return answer(self.oauth.access(asked))
            method = self._methods.get(name)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            token = self.world.tokens.known(asked.token)
            team = token.team
            call = Call(name, team, asked.arguments, self.world.monotonic())
            self.calls.append(call)
            self._allowed(method, token, asked.arguments, asked.as_json)
            if rest := self.limits.refuses(call):
                self.refusals.append(Refusal(name, "ratelimited", team))
                return too_many(rest)
            body = method.do(self.world.teams.get(team) or NOWHERE, asked.arguments, token)
            if name in POSTS:
                self.limits.posted(call, str(body.get("channel", asked.arguments["channel"])))
            return answer(body, token.scopes)
        except SlackError as error:
            refusal = Refusal(name, error.error, team, tuple(error.messages))
            unforeseen = (
                error.error in UNFORESEEN or error.more.pop("gone", False) or error.more.pop("not_ready", False)
            )
            (self.refusals if unforeseen else self.world.faults).append(refusal)
            return answer(error.body())

    def _allowed(self, method: Method, token: Token, asked: Body, as_json: bool) -> None:
        """Whether the token may, and the arguments are those of the method; raises SlackError."""
        if token.kind != method.kind:
            raise SlackError("not_allowed_token_type")
        if method.scope and method.scope not in token.scopes:
            raise SlackError("missing_scope", needed=method.scope, provided=",".join(sorted(token.scopes)))
        if as_json and not method.json:
            raise SlackError("invalid_arguments", ["[ERROR] this method reads no JSON"])
        required, known = method.required.split(), {*method.required.split(), *method.optional.split()}
        wrong = [f"[ERROR] missing required field: {name}" for name in required if asked.get(name) in (None, "")]
        wrong += [f"[ERROR] unknown argument: {name}" for name in asked if name not in known]
        typed = ("channel", "user", "ts", "text", "trigger_id", "user_id", "view_id", "hash", "email", "cursor")
        wrong += [f"[ERROR] must be a string: {name}" for name in typed if not isinstance(asked.get(name, ""), str)]
        if wrong:
            raise SlackError("invalid_arguments", wrong)

    def _revoke(self, team: Team, asked: Body, token: Token) -> Body:
        token.over = "token_revoked"
        return {"ok": True, "revoked": True}

    def _socket(self) -> Body:
        if self.open_socket is None:
            raise SlackError("forbidden_team", ["Socket Mode is off"])
        return {"ok": True, "url": self.open_socket()}

    # ── the other addresses ─────────────────────────────────────────────────────────────────────────────────

    async def _upload(self, request: Request) -> Response:
        said = self.files.received(request.path_params["ticket"], await request.body())
        return PlainTextResponse(said or "no such upload", 200 if said else 400)

    async def _page(self, request: Request) -> Response:
        status, page = self.oauth.page(dict(request.query_params))
        return HTMLResponse(page, status)

    async def _pressed(self, request: Request) -> Response:
        to = self.oauth.pressed(dict(parse_qsl((await request.body()).decode())))
        return RedirectResponse(to, 302) if to else HTMLResponse("<h1>You may not decide that</h1>", 403)

    async def _answered(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
        except ValueError:
            body = None
        call = Call("response_url", "", {"channel": request.url.path}, self.world.monotonic())
        if rest := self.limits.refuses(call):
            return too_many(rest)
        status, said = self.urls.answer(request.url.path, body)
        return (
            PlainTextResponse("ok")
            if status == 200
            else Response(json.dumps(said), status, media_type="application/json")
        )


def _plain(do: Callable[[Team, Body], Body]) -> Callable[[Team, Body, Token], Body]:
    """A method that does not care which token it was called with."""
    return lambda team, asked, token: do(team, asked)


NOWHERE = Workspaces(SlackApp(), time.time).add_team("nowhere")
"""For tokens of the app, which belong to no workspace."""
