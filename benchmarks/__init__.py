"""The figures that salesfsm means to hold, measured beside what they are compared with.

``python -m benchmarks`` prints them. They are measured, never asserted: no test reads them.
"""
