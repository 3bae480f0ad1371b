"""Measures the build: beside other tools, and with many chapters.

`peers` builds the chapter, shortened, with notebuild and with other tools that
execute notes, cold and after small edits; `scale` builds 10, 100 and 1,000 made-up
chapters. `workload` makes the notes of each, `tools` knows how each tool is
called, `measure` runs one and takes its time and memory, `results` turns that
into ratios and holds them against the targets. `python -m bench` joins them.

Nothing of the site needs this folder: it publishes what a run has written down
in `docs/benchmarks.json`.
"""
