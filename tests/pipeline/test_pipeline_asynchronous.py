"""The async twin: the same names and answers, awaited, and nothing half done when cancelled."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Sequence
from threading import Event, get_ident

import pytest

import salesfsm as sf
from awaiting import awaited
from pipeline.desk import SetClock, desk, proof
from salesfsm.errors import CorruptedError, UnknownNameError, UnknownOpportunityError
from salesfsm.pipeline.asynchronous import PAGE, AsyncPipeline
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Append, Corrupted, Current, Query

ITERATORS = {"find", "history"}


def test_the_twin_has_the_same_names_and_signatures() -> None:
    names = {name for name in dir(Pipeline) if not name.startswith("_")}
    assert {name for name in dir(AsyncPipeline) if not name.startswith("_")} == names
    for name in names - {"store"} - ITERATORS:
        twin = getattr(AsyncPipeline, name)
        assert inspect.iscoroutinefunction(twin), name
        assert inspect.signature(twin) == inspect.signature(getattr(Pipeline, name))
        assert twin.__doc__ == getattr(Pipeline, name).__doc__


def test_a_sale_goes_through_awaited(pipeline: Pipeline) -> None:
    twin = AsyncPipeline(pipeline)

    async def sale() -> list[str]:
        await twin.open("A", facts={"budget": 2000})
        await twin.record("A", proof())
        step = await twin.fire("A", "agree", key="click")
        assert step == await twin.fire("A", "agree", key="click")
        assert await twin.get("A") == step.opportunity
        assert (await twin.bulk(["A"], lambda engine, deal: engine.log(deal, "call"))).accepted
        assert (await twin.tick()).rung == {}
        assert await twin.count(stage="closing") == 1
        assert [deal.id async for deal in twin.find(stage="closing")] == ["A"]
        with pytest.raises(UnknownOpportunityError):
            await twin.get("B")
        with pytest.raises(UnknownNameError):
            [deal async for deal in twin.find(stage="closin")]
        return [type(event).__name__ async for event in twin.history("A")]

    assert awaited(sale()) == ["Opened", "EvidenceRecorded", "Moved", "ActivityLogged"]
    assert twin.store is pipeline.store


def test_the_work_is_not_done_on_the_loop(clock: SetClock) -> None:
    threads: list[int] = []

    class Telling(MemoryStore):
        def append(self, appends: Sequence[Append]) -> None:
            threads.append(get_ident())
            super().append(appends)

    twin = AsyncPipeline(Pipeline(desk(), Telling(), clock=clock))

    async def work() -> int:
        await asyncio.gather(*(twin.open(f"d{number}") for number in range(20)))
        return get_ident()

    loop = awaited(work())
    assert len(threads) == 20
    assert loop not in threads


def test_a_command_under_way_is_carried_out_though_its_task_is_cancelled(clock: SetClock) -> None:
    begun, go_on = Event(), Event()

    class Slow(MemoryStore):
        def append(self, appends: Sequence[Append]) -> None:
            begun.set()
            assert go_on.wait(10)
            super().append(appends)

    twin = AsyncPipeline(Pipeline(desk(), Slow(), clock=clock))

    async def cancelled() -> None:
        task = asyncio.create_task(twin.open("A", key="k"))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()

    awaited(cancelled())
    assert twin.pipeline.get("A").sequence == 1


class Damaged(MemoryStore):
    """A store of which the first row cannot be read."""

    def find(self, query: Query) -> list[Current | Corrupted]:  # type: ignore[override]
        return [Corrupted("broken", "no JSON"), *super().find(query)]


@pytest.mark.parametrize("many", [0, 3, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE])
def test_a_list_is_whole_whatever_its_length(clock: SetClock, many: int) -> None:
    names = [f"{number:04}" for number in range(many)]
    pipeline = Pipeline(desk(), Damaged(), clock=clock)
    pipeline.open_many(names, lambda engine, name: engine.open(name))
    twin, found = AsyncPipeline(pipeline), list[str]()

    async def read() -> None:
        async for deal in twin.find():
            found.append(deal.id)

    with pytest.raises(CorruptedError, match="broken"):
        awaited(read())
    assert found == names


def test_a_list_may_be_left_early(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), MemoryStore(), clock=clock)
    pipeline.open_many(map(str, range(300)), lambda engine, name: engine.open(name))

    async def first() -> sf.Opportunity:
        async for deal in AsyncPipeline(pipeline).find():
            return deal
        raise AssertionError("there are some")

    assert awaited(first()).id == "0"
