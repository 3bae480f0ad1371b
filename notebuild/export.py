"""Stage 8, export: a cell → its program, the text that a reader can run alone."""

from __future__ import annotations

from .graph import Node


def cell_program(nodes: list[Node], index: int) -> str:
    """Return a cell with all the earlier cells that it needs, in order.

    An inline value becomes a `print`.

    Args:
        nodes: The page's nodes; see `graph.plan_page`.
        index: The cell's place on its page.
    """
    parts = [nodes[i].cell.source.strip("\n") for i in nodes[index].program]
    last = nodes[index].cell
    parts.append(f"print({last.source})" if last.inline else last.source.strip("\n"))
    return "\n\n".join(parts) + "\n"
