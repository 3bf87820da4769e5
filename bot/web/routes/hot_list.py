"""The hot list."""

from typing import Annotated

from fastapi import APIRouter, Query

from bot.web import schemas
from bot.web.caching import MINUTE
from bot.web.dependencies import QueriesDep
from bot.web.parameters import HotListQuery

router = APIRouter()


@router.get("/hotlist", summary="The hot list", dependencies=[MINUTE])
async def hot_list(query: Annotated[HotListQuery, Query()], queries: QueriesDep) -> schemas.HotList:
    """The current chart, with movement."""
    return await queries.hot_list(query.page, query.size)
