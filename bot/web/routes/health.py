"""The health check."""

from typing import Annotated

from fastapi import APIRouter, Query

from bot.web import schemas
from bot.web.caching import NO_STORE
from bot.web.dependencies import QueriesDep
from bot.web.parameters import NoQuery

router = APIRouter()


@router.get("/health", summary="Health", dependencies=[NO_STORE])
async def health(query: Annotated[NoQuery, Query()], queries: QueriesDep) -> schemas.Health:
    """Whether songs can be recommended, and with which model and hot list."""
    return await queries.health()
