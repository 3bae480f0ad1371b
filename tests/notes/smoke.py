"""Run the program on standard input with a `fit` that sees few samples.

For tests only: the build never runs this, so nothing of it reaches the site.
"""

import sys

SAMPLES = 96


def shorten_fit() -> None:
    """Let every Keras model train on its first samples, without compiling."""
    import keras

    full = keras.Model.fit

    def fit(self, x=None, y=None, **options):
        self.jit_compile = False  # compiling takes longer than the samples
        x, y = x[:SAMPLES], None if y is None else y[:SAMPLES]
        return full(self, x, y, **options)

    keras.Model.fit = fit


def main() -> None:
    program = sys.stdin.read()
    if "keras" in program:
        shorten_fit()
    exec(compile(program, "program.py", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    main()
