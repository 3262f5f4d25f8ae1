"""Timers for many machines, and the worker that fires what is due."""
