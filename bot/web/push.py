"""Change notices of providers: did one of our channels say something? Nothing else is read out of them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.ports import App
from bot.web import incoming

MOST_NOTICE = 64 * 1024


class PushDoor:
    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        return [Route("/push/{provider}/{channel}", self.heard, methods=["POST"])]

    async def heard(self, request: Request) -> Response:
        """204 for a notice that proves itself, 404 for everything else: a stranger learns nothing."""
        body = await incoming.body(request, MOST_NOTICE)
        provider, channel = request.path_params["provider"], request.path_params["channel"]
        make = self._app.kinds.get(provider)
        push = make().push if make is not None else None
        secret = (
            push.secret_of({name.lower(): value for name, value in request.headers.items()}, body) if push else None
        )
        known = secret is not None and await self._app.watches.heard(provider, channel, secret, self._app.clock.now())
        return Response(status_code=204 if known else 404)
