"""Where NocoDB says that somebody has edited: POST /nocodb/edited/ENTITY."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relasi.apps.site import Site
from relasi.errors import RelasiError
from relasi.nocodb.hints import HEADER, PATH
from relasi.platform.again import begun_again


def routes(site: Site) -> list[Route]:
    @begun_again
    def hurry(entity: str, password: str) -> bool:
        with site.crm().store.session() as session:
            return session.mirrors.hurry(entity, password)

    async def take(request: Request) -> Response:
        """What was edited is read from NocoDB itself, so that nobody can make anything up."""
        try:
            entity, password = request.path_params["entity"], request.headers.get(HEADER, "")
            is_known = await run_in_threadpool(hurry, entity, password)
        except RelasiError:
            return Response(status_code=503)
        return Response(status_code=204 if is_known else 401)

    return [Route(f"{PATH}/{{entity}}", take, methods=["POST"])]
