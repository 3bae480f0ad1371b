"""Executes the notes and publishes what came out.

A page is a graph of cells, and every cell is a program. The stages, in order:

1. `extract`   a Markdown page → its cells (`labs`: a script → such a page)
2. `graph`     cells → nodes that know what they need (`names`: what a cell's
               code reads, binds and may change), and tasks
3. `schedule`  tasks, as many at once as there are cores (`cluster`: on other
               machines)
4. `execute`   a task → results, in a fresh Jupyter kernel (`kernel`: what runs
               inside it before and after each cell)
5. `store`     results at the address of their key (`evict`: what it may forget;
               `shared`: a copy of what lies elsewhere, `remote`: that place)
6. `render`    results → HTML (`normalise`, `tables`, `svg`, `stamp`)
7. `inject`    HTML → under its fence, in each language's page
8. `export`    a cell → its program (`notebook`: a page → an executed notebook and
               a script; `epub`: a book; `takehome`: the links; `paper`: figures that
               stand alone)

Beside the cells a page has `formulas` (TeX → MathML) and terms of the `glossary`;
`prose` is what is left of it without code. `site` joins all; `locales` compares
the languages and `drift` tells which has fallen behind, `verify` compares the
graph with one kernel top to bottom, `search` gives each language its own index, `publish`
finishes a page (`styles`: one style sheet, `minify`: smaller, `policy`: what it may load and run). `model` and `errors` are what all of them share. Nothing
here imports MkDocs.
"""
