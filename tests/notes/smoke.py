"""Run a program with a `fit` that sees few samples.

The program is a file, named with its options; `NAME=VALUE` among them sets a
constant that it binds at its top level.

For tests only: the build never runs this, so nothing of it reaches the site.
"""

import ast
import re
import runpy
import sys
from pathlib import Path

SAMPLES = 96
SETTING = re.compile(r"[A-Z]+=")


def shorten_fit() -> None:
    """Let every Keras model train on its first samples, without compiling."""
    import keras

    full = keras.Model.fit

    def fit(self, x=None, y=None, **options):
        self.jit_compile = False  # compiling takes longer than the samples
        x, y = x[:SAMPLES], None if y is None else y[:SAMPLES]
        return full(self, x, y, **options)

    keras.Model.fit = fit


def set_constants(program: str, settings: list[str]) -> ast.Module:
    """Return a program in which constants are bound to other values."""
    values = dict(setting.split("=", 1) for setting in settings)
    tree = ast.parse(program)
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in values:
            node.value = ast.parse(values[ast.unparse(node.targets[0])], mode="eval").body
    return ast.fix_missing_locations(tree)


def main() -> None:
    file, words = sys.argv[1], sys.argv[2:]
    settings = [word for word in words if SETTING.match(word)]
    sys.argv = [file, *(word for word in words if word not in settings)]
    program = Path(file).read_text("utf-8")
    if "keras" in program:
        shorten_fit()
    if settings:
        # Under the file's name, in which TensorFlow looks for the source.
        code = compile(set_constants(program, settings), file, "exec")
        exec(code, {"__name__": "__main__", "__file__": file})
    else:
        runpy.run_path(file, run_name="__main__")


if __name__ == "__main__":
    main()
