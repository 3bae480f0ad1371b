"""The failures of every stage: one tree, each saying where, what, and what to do.

A message reads like a compiler's: ``docs/rnn.zh.md:118: what went wrong``, the
source line beneath it, then the detail (a traceback, the output so far) and
the remedy. `str(error)` is the whole message.
"""

from __future__ import annotations

from pathlib import Path


class NotebuildError(Exception):
    """A failure with a place, a reason and a remedy.

    Args:
        what: The reason, in one line.
        path: The file, as the reader should see it (``docs/rnn.zh.md``).
        line: Its 1-based line.
        text: That line's source, shown under the reason.
        detail: Several lines more, such as a traceback.
        hint: What to do about it.
    """

    def __init__(
        self,
        what: str,
        *,
        path: str | Path | None = None,
        line: int | None = None,
        text: str | None = None,
        detail: str | None = None,
        hint: str | None = None,
    ):
        self.what, self.path, self.line = what, path, line
        self.text, self.detail, self.hint = text, detail, hint
        super().__init__(what)

    def __str__(self) -> str:
        place = "" if self.path is None else f"{self.path}"
        if self.line is not None:
            place += f":{self.line}"
        parts = [f"{place}: {self.what}" if place else self.what]
        if self.text is not None and self.line is not None:
            parts.append(f"{self.line:>6} | {self.text.rstrip()}")
        if self.detail:
            parts.append("\n".join("    " + row for row in self.detail.splitlines()))
        if self.hint:
            parts.append(f"  → {self.hint}")
        return "\n".join(parts)

    def __reduce__(self):
        # Tasks may fail in another process: a failure crosses it whole.
        return _restore, (type(self), self.what, {
            name: getattr(self, name)
            for name in ("path", "line", "text", "detail", "hint")
        })


def _restore(cls, what, fields):
    return cls(what, **fields)


class PageError(NotebuildError):
    """A page's text is not as it must be; nothing was executed."""


class CellError(NotebuildError):
    """A cell raised, timed out, or lost its kernel; nothing of it was stored."""


class HiddenStateError(NotebuildError):
    """A cell relies on process-wide state that its own kernel does not have."""


class StoreError(NotebuildError):
    """The store cannot be read or written."""


class AlternateError(NotebuildError):
    """A page and its alternate in another language do not agree."""


class Failures(NotebuildError):
    """Several failures, all of them shown."""

    def __init__(self, failures: list[NotebuildError]):
        flat = [one for failure in failures
                for one in getattr(failure, "failures", [failure])]
        # The languages of a lab share their lines, and so their failures.
        self.failures = [*{str(failure): failure for failure in flat}.values()]
        super().__init__(f"{len(self.failures)} problems")

    def __str__(self) -> str:
        return "\n\n".join(str(failure) for failure in self.failures)

    def __reduce__(self):
        return Failures, (self.failures,)
