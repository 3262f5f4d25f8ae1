"""Timers in programs that run for long: a loop for one machine, and DBOS for many."""
