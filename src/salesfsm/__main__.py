"""``python -m salesfsm`` is ``salesfsm``."""

from salesfsm.cli import main

main()
