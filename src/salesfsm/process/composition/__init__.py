"""Processes made of processes: pure functions, public in ``composing``, on drafts beneath it."""
