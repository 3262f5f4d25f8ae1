"""Scenarios: what a designer expects of a process, written in YAML beside it."""

SUFFIXES = (".scenarios.yaml", ".scenarios.yml", ".scenarios.json")
"""How the names of files of scenarios end."""
