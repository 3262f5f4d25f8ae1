"""``python -m salesfsm.cli`` is ``salesfsm``."""

from salesfsm.cli import main

main()
