"""Where opportunities are kept: the port, and its adapters in memory and in SQL databases."""
