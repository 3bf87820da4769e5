"""The health check."""

from fastapi import APIRouter

from bot.web import schemas
from bot.web.caching import NO_STORE
from bot.web.dependencies import QueriesDep
from bot.web.parameters import NoParams

router = APIRouter()


@router.get("/health", summary="Health", dependencies=[NO_STORE])
async def health(query: NoParams, queries: QueriesDep) -> schemas.Health:
    """Whether songs can be recommended, and with which model and hot list."""
    return await queries.health()
