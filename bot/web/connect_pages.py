"""The pages of connecting: accept, come back from the provider, say whose account it is, and how it ended.

`GET` changes nothing anywhere. What a person does is a form; what the provider sends back is answered with a redirect
to a clean address, so that no code and no state stays in the address bar, the history or a referrer.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.errors import Unavailable
from bot.handlers import consent
from bot.handlers.steps import STRANGE, USED, Doubt, Ending, Invited
from bot.ports import App
from bot.web import cookies, incoming
from bot.web.cookies import Cookies
from bot.web.incoming import Refused
from bot.web.pages import Pages

DONE = "/connect/done"
_NOTHING = Ending(
    "There is nothing here",
    "This page says how connecting a calendar ended, in the browser where it was done. If that was just now and here, "
    "your browser may refuse cookies. Your chat knows whether the calendar is connected.",
)


class ConnectPages:
    def __init__(self, app: App, pages: Pages) -> None:
        self._app, self._pages = app, pages
        self._cookies = Cookies(app.public_url)

    def routes(self) -> list[Route]:
        return [
            Route(DONE, self.done, methods=["GET"]),
            Route("/connect/account/{pending}", self.doubt, methods=["GET"]),
            Route("/connect/account/{pending}", self.answered, methods=["POST"]),
            Route("/connect/{nonce}", self.invited, methods=["GET"]),
            Route("/connect/{nonce}", self.accepted, methods=["POST"]),
            Route("/oauth/{provider}/callback", self.back, methods=["GET"]),
        ]

    async def invited(self, request: Request) -> Response:
        """What a link is for, and the button; nothing is used up."""
        nonce = request.path_params["nonce"]
        found = await consent.look(self._app, nonce)
        if isinstance(found, Ending):
            return self._pages.ending(found, 410 if found is USED else 404)
        if incoming.is_embedded(request):
            return self._elsewhere(found, nonce)
        return self._form(
            request,
            lambda key: self._pages.show(
                "connect",
                form_to=found.origin,
                label=found.kind.label,
                kind=found.kind.name,
                told=found.kind.disclosure,
                who=found.who,
                action=f"/connect/{nonce}",
                csrf=incoming.csrf(key, f"connect {nonce}"),
            ),
        )

    async def accepted(self, request: Request) -> Response:
        """The button was pressed: on to the provider."""
        nonce = request.path_params["nonce"]
        await self._sent(request, f"connect {nonce}")
        try:
            leaving = await consent.start(self._app, nonce, self._redirect_uri)
        except Unavailable as error:
            text = f"{error.message} Your link is still good: go back and press the button again."
            return self._pages.ending(Ending("That did not work just now", text), 503)
        if isinstance(leaving, Ending):
            return self._pages.ending(leaving, 410 if leaving is USED else 404)
        answer = RedirectResponse(leaving.url, 303)
        self._cookies.set(answer, cookies.BROWSER, leaving.cookie.reveal())
        self._cookies.forget(answer, cookies.OUTCOME)
        return answer

    async def back(self, request: Request) -> Response:
        """The provider's answer. Whatever it is, the browser goes on to a clean address."""
        if request.method == "HEAD":  # nobody's browser: it must not use the answer up
            return self._pages.ending(Ending("That does not work here", "Open the link in your chat."), 405)
        browser = self._cookies.read(request, cookies.BROWSER)
        try:
            told = incoming.query(request)
            found = await consent.finish(self._app, request.path_params["provider"], told, browser)
        except Refused:
            found = STRANGE
        except Exception as error:  # noqa: BLE001  the address must be clean in any case; logged, never shown
            found = self._pages.unexpected(error)
        if isinstance(found, Doubt):
            answer = RedirectResponse(f"/connect/account/{found.pending_id}", 303)
            self._cookies.set(answer, cookies.BROWSER, browser)  # its question is good for as long as the cookie, anew
            return answer
        return self._finished(found, forget=found is not STRANGE)

    async def doubt(self, request: Request) -> Response:
        pending = request.path_params["pending"]
        found = await consent.doubt(self._app, pending, self._cookies.read(request, cookies.BROWSER))
        if isinstance(found, Ending):
            return self._pages.ending(found, 200 if found.done else 404)
        return self._form(
            request,
            lambda key: self._pages.show(
                "doubt",
                address=found.address,
                who=found.who,
                back=found.back,
                action=f"/connect/account/{pending}",
                csrf=incoming.csrf(key, f"account {pending}"),
            ),
        )

    async def answered(self, request: Request) -> Response:
        pending = request.path_params["pending"]
        fields = await self._sent(request, f"account {pending}")
        browser = self._cookies.read(request, cookies.BROWSER)
        step = {"yes": consent.is_mine, "no": consent.is_not_mine}.get(fields.get("mine", ""))
        if step is None:
            raise Refused(400, "That was not understood", "Go back, and press one of the two buttons.")
        found = await step(self._app, pending, browser)
        return self._finished(found, forget=False)

    async def done(self, request: Request) -> Response:
        """How it ended, as this browser's cookie says; to be looked at again as long as that lives."""
        ending = cookies.unpack(self._cookies.read(request, cookies.OUTCOME)) or _NOTHING
        return self._pages.ending(ending, 404 if ending is _NOTHING else 200)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    def _redirect_uri(self, provider: str) -> str:
        """Registered with the provider letter by letter, so it is made of one setting and nothing that was sent."""
        return f"{self._app.public_url}/oauth/{provider}/callback"

    async def _sent(self, request: Request, purpose: str) -> dict[str, str]:
        """The fields of a form that our own page sent. Raises Refused."""
        incoming.check_origin(request, self._app.public_url)
        fields = await incoming.form(request)
        incoming.check_csrf(fields, self._cookies.read(request, cookies.FORM), purpose)
        return fields

    def _form(self, request: Request, show: Callable[[str], Response]) -> Response:
        """A page with a form: its field belongs to a cookie, which other open pages of ours share."""
        key = self._cookies.read(request, cookies.FORM) or incoming.new_key()
        answer = show(key)
        self._cookies.set(answer, cookies.FORM, key)
        return answer

    def _elsewhere(self, found: Invited, nonce: str) -> Response:
        address = f"{self._app.public_url}/connect/{nonce}"
        return self._pages.show("elsewhere", label=found.kind.label, address=address)

    def _finished(self, ending: Ending, forget: bool) -> Response:
        answer = RedirectResponse(DONE, 303)
        self._cookies.set(answer, cookies.OUTCOME, cookies.pack(ending))
        if forget:
            self._cookies.forget(answer, cookies.BROWSER)
        return answer
