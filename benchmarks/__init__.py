"""How fast the catalogue is, beside what a page costs at least and what it costs on average.

``python -m benchmarks`` measures and writes ``docs/performance.md``; ``python -m benchmarks.scoring`` measures the
pages of the board's members. Nothing here is part of what is served.
"""
