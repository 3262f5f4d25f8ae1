"""The pipeline for programs on asyncio: the same names, awaited; the work is done in threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, Unpack

from salesfsm.engine.events import AnyEvent
from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import SalesFsmError
from salesfsm.pipeline.delivering import OnCorrupted
from salesfsm.pipeline.filters import Filters
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores.port import Store

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Item = TypeVar("Item")

PAGE = 100
"""How many opportunities or events are read at a time."""


def awaited(
    method: Callable[Concatenate[Pipeline, Arguments], Answer],
) -> Callable[Concatenate[AsyncPipeline, Arguments], Coroutine[None, None, Answer]]:
    """The same method, run in a thread while others go on.

    One that has begun is carried out, also where the task that awaits it is cancelled.
    """

    @wraps(method)
    async def run(
        self: AsyncPipeline, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Answer:
        return await asyncio.to_thread(method, self.pipeline, *args, **kwargs)

    return run


class AsyncPipeline:
    """A :class:`~salesfsm.pipeline.pipeline.Pipeline` whose methods are awaited.

    Handlers of subscribers, callbacks of progress and what ``bulk`` asks run in threads too.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline

    @property
    def store(self) -> Store:
        """The store that the pipeline keeps everything in."""
        return self.pipeline.store

    open = awaited(Pipeline.open)
    adopt = awaited(Pipeline.adopt)
    hand_over = awaited(Pipeline.hand_over)
    fire = awaited(Pipeline.fire)
    place = awaited(Pipeline.place)
    update = awaited(Pipeline.update)
    record = awaited(Pipeline.record)
    withdraw = awaited(Pipeline.withdraw)
    complete = awaited(Pipeline.complete)
    log = awaited(Pipeline.log)
    assign = awaited(Pipeline.assign)
    hold = awaited(Pipeline.hold)
    resume = awaited(Pipeline.resume)
    buyer_revisits = awaited(Pipeline.buyer_revisits)
    buyer_holds = awaited(Pipeline.buyer_holds)
    buyer_resumes = awaited(Pipeline.buyer_resumes)
    buyer_abandons = awaited(Pipeline.buyer_abandons)

    get = awaited(Pipeline.get)
    moves = awaited(Pipeline.moves)
    handovers = awaited(Pipeline.handovers)
    route = awaited(Pipeline.route)
    alignment = awaited(Pipeline.alignment)
    due = awaited(Pipeline.due)
    explain = awaited(Pipeline.explain)
    count = awaited(Pipeline.count)

    bulk = awaited(Pipeline.bulk)
    open_many = awaited(Pipeline.open_many)
    tick = awaited(Pipeline.tick)
    ring = awaited(Pipeline.ring)
    erase = awaited(Pipeline.erase)
    retire = awaited(Pipeline.retire)
    plan = awaited(Pipeline.plan)
    migrate = awaited(Pipeline.migrate)
    revert = awaited(Pipeline.revert)

    subscribe = awaited(Pipeline.subscribe)
    unsubscribe = awaited(Pipeline.unsubscribe)
    subscriptions = awaited(Pipeline.subscriptions)
    deliver = awaited(Pipeline.deliver)

    def history(self, id: str, *, after: int = 0) -> AsyncIterator[AnyEvent]:  # noqa: A002
        """Its events in their order, from number ``after`` + 1."""
        return _paged(lambda: self.pipeline.history(id, after=after))

    def find(
        self,
        *,
        limit: int | None = None,
        on_corrupted: OnCorrupted | None = None,
        **filters: Unpack[Filters],
    ) -> AsyncIterator[Opportunity]:
        """The opportunities that fit all the filters, as ``Pipeline.find``."""
        return _paged(lambda: self.pipeline.find(limit=limit, on_corrupted=on_corrupted, **filters))


async def _paged(begin: Callable[[], Iterator[Item]]) -> AsyncIterator[Item]:
    """The items, read page by page in threads; an error comes after those that came before it."""
    items = await asyncio.to_thread(begin)
    while True:
        page: list[Item] = []
        error: SalesFsmError | None = None
        try:
            await asyncio.to_thread(_read, items, page)
        except SalesFsmError as raised:
            error = raised
        for item in page:
            yield item
        if error is not None:
            raise error
        if len(page) < PAGE:
            return


def _read(items: Iterator[Item], page: list[Item]) -> None:
    """Put the next items into ``page``, also those before an error."""
    for item in items:
        page.append(item)
        if len(page) == PAGE:
            return
