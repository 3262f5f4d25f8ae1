"""A `transitions` machine over any object, which the engine decides for."""
