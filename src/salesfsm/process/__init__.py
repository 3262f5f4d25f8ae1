"""What a process is: frozen definitions, and what follows from them. Nothing here decides."""
