"""Rules as SQL through Ibis: which of the opportunities in a table may move. Extra ``analytics``.

Only ``asking``, which the engine inherits, is imported before it is asked for.
"""
