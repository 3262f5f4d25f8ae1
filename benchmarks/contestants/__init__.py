"""What moves the sale of ``benchmarks.sale``, each way in a file of its own."""

from __future__ import annotations

from benchmarks.contestants.bare import BareDict
from benchmarks.contestants.contestant import Contestant
from benchmarks.contestants.salesfsm_engine import ComposedEngine, SalesfsmEngine
from benchmarks.contestants.sismic_interpreter import SismicInterpreter
from benchmarks.contestants.statemachine_class import StatemachineClass
from benchmarks.contestants.transitions_machine import TransitionsMachine

__all__ = [
    "BareDict",
    "ComposedEngine",
    "Contestant",
    "SalesfsmEngine",
    "SismicInterpreter",
    "StatemachineClass",
    "TransitionsMachine",
]
