"""Maps that stand in columns, lanes or a list: laid out here and drawn as SVG, without Graphviz."""
