"""The machine whose triggers are awaited."""

from __future__ import annotations

import asyncio

import pytest

import salesfsm as sf
from awaiting import awaited
from binding.deals import bound, deal_class, ready
from sales.b2b import NOW


def test_triggers_and_questions_are_awaited() -> None:
    async def story() -> None:
        deal = ready(deal_class(bound(asynchronous=True)))
        assert await deal.may_qualify()
        assert await deal.qualify(by="anna")
        assert deal.is_presenting()
        assert not await deal.lose()
        with pytest.raises(sf.NoTransition, match="It leads on from: closing"):
            await deal.win()

    awaited(story())


def test_steps_and_callbacks_may_be_coroutines_in_the_order_of_the_others() -> None:
    order: list[str] = []

    async def keep(deal: object, step: sf.Step) -> None:
        await asyncio.sleep(0)
        order.append(f"kept in {deal.stage}")

    async def entered(self: object) -> None:
        await asyncio.sleep(0)
        order.append(f"entered {self.stage}")

    async def story() -> None:
        made = deal_class(bound(asynchronous=True, on_step=keep))
        made.on_enter_presenting = entered
        assert await ready(made, stage="qualification").qualify()

    awaited(story())
    assert order == ["kept in qualification", "entered presenting"]


def test_refusals_are_raised_where_they_are_to_be() -> None:
    async def story() -> None:
        deal = ready(deal_class(bound(asynchronous=True, raises=True)), need=None)
        with pytest.raises(sf.TransitionBlocked, match="need is known"):
            await deal.qualify()

    awaited(story())


def test_each_model_may_have_a_queue_of_its_own_that_goes_with_it() -> None:
    machine = bound(asynchronous=True, queued="model")
    made = deal_class(machine)

    async def back(self: object, **_: object) -> None:
        assert await self.step_back()  # it waits until the model has come to rest
        assert self.stage == "presenting"

    made.on_enter_presenting = back

    async def story() -> list[bool]:
        deals = [ready(made, id=str(number)) for number in range(20)]
        moved = await asyncio.gather(*(deal.qualify(at=NOW) for deal in deals))
        assert {deal.stage for deal in deals} == {"qualification"}
        return moved

    assert all(awaited(story()))
    assert not machine._transition_queue_dict


def test_placing_awaits_what_keeps_the_step() -> None:
    kept: list[sf.Step] = []

    async def keep(deal: object, step: sf.Step) -> None:
        await asyncio.sleep(0)
        kept.append(step)

    async def story() -> None:
        machine = bound(asynchronous=True, on_step=keep)
        deal = ready(deal_class(machine))
        step = await machine.place(deal, "lost", reason="price")
        assert (deal.stage, kept) == ("lost", [step])

    awaited(story())
