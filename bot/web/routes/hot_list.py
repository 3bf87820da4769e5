"""The hot list."""

from fastapi import APIRouter

from bot.web import schemas
from bot.web.caching import MINUTE
from bot.web.dependencies import QueriesDep
from bot.web.parameters import HotListParams

router = APIRouter()


@router.get("/hotlist", summary="The hot list", dependencies=[MINUTE])
async def hot_list(query: HotListParams, queries: QueriesDep) -> schemas.HotList:
    """The current chart, with movement."""
    return await queries.hot_list(query.page, query.size)
