"""Process files that are made of others: ``extends``, ``include`` and the steps in between.

``reading`` finds the files, ``keys`` says how the steps are written, ``steps`` applies them, and
``layers`` tells from which file, line and column each thing of the result came.
"""
