"""Coverage of a process: which of its ways and criteria tests exercised, in both verdicts."""
