"""What a criterion is: parse, evaluate, explain and compile rules. Knows nothing of processes."""
