"""The service that a CRM calls: load, decide, append, tell; every command by id."""
