"""The pipeline service: what a CRM calls. Loads, lets the engine decide, and keeps the events."""
