"""Decide and evolve: what a process says to a command, as a pure function of its arguments."""
