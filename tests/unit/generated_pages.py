"""Pages that hypothesis makes up: every way in which cells share names and objects.

A page is drawn statement by statement from the forms below, its names put in
at random, so that names are rebound to other kinds of values all the time.
Statements that fail are taken out again: what is left runs top to bottom.
"""

from __future__ import annotations

import gc
import re
import signal
import warnings

from hypothesis import strategies as st
from inprocess import Process, make_page, run_source

# Names by the kind of value that they usually have; ‹l› in a form is a list.
NAMES = {
    "n": ["n", "m", "k"],
    "l": ["a", "b", "c"],
    "d": ["d", "e"],
    "f": ["f", "g", "h"],
    "o": ["o", "p"],
    "C": ["C", "D"],
    "x": ["x", "y"],
    "i": ["it", "ju"],
    "v": ["n", "a", "b", "d", "o", "x", "f"],  # anything
    "w": ["m", "b", "c", "e", "p", "y", "g"],
}

NUMBERS = [
    "‹n› = 3", "‹n› = len(‹l›)", "‹n› += 1", "‹n› = ‹n› * 2", "‹n› = ‹n›",
    "‹n› = ‹n› = 2", "print(‹n› := 5)", "print(False and (‹n› := 6))",
    "if ‹n› > 2:\n    ‹n› = 1", "for ‹n› in range(3):\n    pass",
    "for ‹n› in ‹l›[:3]:\n    print(‹n›)", "while n < 3:\n    n += 1", "for _ in range(2):\n    ‹n› += ‹n›",
    "try:\n    ‹n› = 1 // 0\nexcept ZeroDivisionError:\n    ‹n› = 7",
    "‹n›: int = 8", "‹n› = 1.5", "‹n› = sum(‹l›)", "‹n› = ‹n› if ‹l› else ‹n›",
    "‹n› = 'text'", "print(f'{‹n›} {‹l›!r} {len(‹l›)}')", "‹n› = hash(3)",
]
LISTS = [
    "‹l› = [1, 2]", "‹l› = []", "‹l› = ‹l›", "‹l› = ‹l›[0]", "‹l› = [‹l›, ‹l›]",
    "‹l› = [‹v›]", "‹l› = ‹l› + ‹l›", "‹l› = ‹l›[:]", "‹l› = [‹l›] * 2",
    "‹l› = ‹l› = [0]", "‹l›, ‹l› = ‹l›, ‹l›", "‹l›, *‹l› = ‹l›", "‹l› = list(‹l›)",
    "‹l›.append(‹n›)", "‹l›.append(‹l›)", "‹l› += [‹n›]", "‹l›[0] = ‹v›",
    "‹l›[0].append(4)", "‹l›.extend([*‹l›])", "del ‹l›[0]", "‹l›.pop()", "‹l›.sort()",
    "‹l›.reverse()", "‹l›[:1] = [9]", "for ‹l› in [*‹l›]:\n    ‹l›.append(1)",
    "[part.append(5) for part in [*‹l›]]", "‹l› = [part for part in ‹l›]",
    "for part in [*‹l›]:\n    part += [6]", "(lambda part: part.append(7))(‹l›)",
    "(‹l› if ‹n› else ‹l›).append(8)", "(‹l› or ‹l›).append(8)",
    "list(map(‹l›.append, [1, 2]))", "‹l› = sorted(‹l›, key=str)",
    "‹l› = ‹d›.get('k', ‹l›)", "‹l› = ‹d›.setdefault('k', ‹l›)",
    "list.append(‹l›, 3)", "import operator\noperator.iadd(‹l›, [4])",
    "‹l› = [‹l› for _ in range(2)]", "‹l› = [*‹l›, ‹l›]",
    "match ‹l›:\n    case [‹l›, *_]:\n        print(‹l›)",
    "‹l› = ‹f›(‹l›)", "‹l› = [‹f›, ‹l›]", "print(‹l›[0](‹l›))",
    "print(sorted(map(str, ‹l›)))", "‹l› = ‹l›[0] = [3]", "del ‹l›", "del ‹v›",
    "‹v› = ‹w›", "‹w› = ‹v›", "if ‹n› > 1:\n    del ‹v›", "‹l› = (‹l›, [1])",
    "‹l› = max([‹l›, ‹l›], key=len)", "‹l› = next(iter([‹l›]))",
    "‹l› = dict(k=‹l›)['k']", "‹l› = list(zip(‹l›, ‹l›))",
    "with open('/dev/null') as ‹l›:\n    print(‹l›.read())",
    "‹l› = __import__('copy').copy(‹v›)", "‹l› = __import__('copy').deepcopy(‹v›)",
]
DICTS = [
    "‹d› = {}", "‹d› = {'k': ‹v›}", "‹d› = {‹n›: ‹l› for ‹n› in range(2)}",
    "‹d›['k'] = ‹v›", "‹d›.update(j=‹l›)", "‹d› = ‹d›", "‹d›['k'].append(1)",
    "del ‹d›['k']", "‹d› |= {'m': ‹l›}", "print(sorted(‹d›))", "‹d› = dict(‹d›)",
    "‹d›['f'] = ‹f›", "print(‹d›['f']())", "print(‹d›['f'](‹l›))",
    "‹l› = ‹d›['k']", "‹d› = {'k': ‹d›}", "‹d›['k']['k'] = 3",
    "‹l› = list(‹d›.values())", "for ‹l› in [*‹d›.values()]:\n    ‹l›.append(2)",
    "‹i› = ‹d›.items()", "print([*zip(range(2), ‹i›)])",
]
FUNCTIONS = [
    "def ‹f›():\n    return ‹n›", "def ‹f›():\n    return ‹l›",
    "def ‹f›(u=None):\n    ‹l›.append(1)\n    return len(‹l›)",
    "def ‹f›(u=None):\n    global ‹n›\n    ‹n› = 5\n    return u",
    "def ‹f›():\n    global ‹n›\n    ‹n› += 1",
    "def ‹f›(u):\n    u.append(2)\n    return u", "def ‹f›(u):\n    return u",
    "def ‹f›(u=[]):\n    u.append(3)\n    return u",
    "def ‹f›(u=‹l›):\n    u.append(3)\n    return u",
    "def ‹f›(u=‹n›):\n    return u", "def ‹f›(u, *, w=‹l›):\n    w.append(u)",
    "def ‹f›():\n    return ‹f›()", "def ‹f›(u):\n    return ‹f›(u)",
    "def ‹f›():\n    return ‹f›", "def ‹f›(u):\n    u[0] = ‹v›\n    return u",
    "def ‹f›():\n    try:\n        return ‹n›\n    except NameError:\n        return 'no'",
    "def counter(n=0):\n    def count():\n        nonlocal n\n        n += 1\n"
    "        return n\n    return count\n‹f› = counter()",
    "def pair():\n    box = []\n    return box.append, (lambda: list(box))\n"
    "‹f›, ‹f› = pair()",
    "‹f› = lambda: ‹n›", "‹f› = lambda u=None: ‹l›", "‹f› = lambda u: u.append(‹n›)",
    "‹f› = ‹f›", "‹f› = ‹l›.append", "‹f› = ‹l›.pop", "‹f› = len", "‹f› = ‹o›.add",
    "‹f›.seen = ‹l›", "‹f›.seen.append(2)", "‹f›.times = 1", "‹f›.times += 1",
    "print(‹f›.seen)", "print(‹f›.times)", "def ‹f›():\n    ‹f›.times += 1\n"
    "    return ‹f›.times", "print(‹f›())", "print(‹f›(‹l›))", "‹f›(‹l›)", "‹f›()",
    "‹f›(‹n›)", "‹v› = ‹f›()", "‹v› = ‹f›(‹l›)", "‹f›(‹o›)", "print(‹f›(‹o›).n)",
    "from functools import partial\n‹f› = partial(‹f›, ‹l›)",
    "from functools import lru_cache\n@lru_cache\ndef ‹f›(u=0):\n"
    "    ‹l›.append(u)\n    return len(‹l›)",
    "def register(u):\n    ‹l›.append(u)\n    return u",
    "@register\ndef ‹f›(u=None):\n    return ‹n›", "print(‹l›[-1]())",
    "def ‹f›(u=None):\n    def inner():\n        return ‹n›\n    return inner",
    "print(‹f›()())", "def ‹f›(u=None):\n    import math\n    return math.floor(‹n›)",
    "def put(u, w):\n    u['f'] = w\nput(‹d›, ‹f›)", "print(‹f›.__name__)",
    "def ‹f›(u=None):\n    class Local:\n        n = ‹n›\n        l = ‹l›\n"
    "    return Local()", "def sum(u):\n    return 'mine'", "print(sum([1]))",
    "len = ‹f›", "def ‹f›(u, w=None):\n    return u is w", "print(‹f›(‹l›, ‹l›))",
    "def ‹f›(u, w=None):\n    return u in w", "print(‹f›(‹o›, ‹l›))",
]
CLASSES = [
    "class ‹C›:\n    n = 0\n    l = []\n    def add(self, u=1):\n"
    "        self.l.append(u)\n        return len(self.l)",
    "class ‹C›:\n    n = ‹n›\n    l = ‹l›\n    def add(self, u=1):\n"
    "        self.n += 1\n        type(self).n += 2\n        return self.n",
    "class ‹C›:\n    made = []\n    def __init__(self):\n        self.n = 1\n"
    "        self.l = ‹l›\n        self.made.append(1)\n"
    "    def add(self, u=1):\n        global ‹n›\n        ‹n› = u\n        return self.l",
    "class ‹C›(‹C›):\n    n = 4", "class ‹C›:\n    l = [part for part in range(3)]\n"
    "    n = len(l)\n    @classmethod\n    def add(cls, u=1):\n        cls.n += 1\n"
    "        return cls.n",
    "class ‹C›:\n    n = 1\n    l = []\n    def __eq__(self, other):\n"
    "        return self.n == other.n\n    def add(self, u=‹l›):\n"
    "        u.append(self.n)\n        return u",
    "‹o› = ‹C›()", "‹o› = ‹o›", "‹o›.n = ‹n›", "‹o›.n += 1", "‹o›.l = ‹l›", "‹C›.n = 5",
    "‹C›.n += 1", "‹o›.l.append(2)", "print(‹o›.add())", "‹o›.add()", "‹o›.add(‹l›)",
    "print(‹o›.n, ‹o›.l)", "print(‹C›.n, ‹C›.l)", "‹l› = ‹o›.l", "‹l› = [‹o›, ‹o›]",
    "print(‹l›[0].n)", "‹o› = ‹l›[0]", "‹l›[0].n = 9", "‹d›['o'] = ‹o›",
    "print(‹d›['o'].n)", "‹d›['o'].add()", "print(isinstance(‹o›, ‹C›))",
    "print(type(‹o›) is ‹C›)", "‹o›.o = ‹o›", "print(‹o›.o.n)", "‹o›.o.n = 3",
    "print(‹C›.made)", "setattr(‹o›, 'n', 6)", "print(‹o› in ‹l›, ‹o› == ‹o›)",
    "print(‹l›.index(‹o›))", "‹l›.remove(‹o›)", "‹d›[‹o›] = 1",
    "print(‹d›[‹o›])", "‹C› = ‹C›", "‹o›.f = ‹f›",
    "print(‹o›.f())", "‹C›.f = ‹f›", "print(‹C›.f(‹o›))", "‹C›.add = ‹f›",
    "from dataclasses import dataclass, field\n@dataclass\nclass ‹C›:\n    n: int = 1\n"
    "    l: list = field(default_factory=list)\n    def add(self, u=1):\n"
    "        self.l.append(u)", "print(issubclass(‹C›, ‹C›))", "print(type(‹o›).n)",
    "from collections import namedtuple\n‹C› = namedtuple('‹C›', 'n l', defaults=[1, []])",
    "from enum import Enum\n‹C› = Enum('‹C›', 'n l')", "print(‹C›.n is ‹C›.n)",
    "‹o› = ‹C›.n", "print(‹o› is ‹C›.n)", "‹o› = object()",
]
ARRAYS = [
    "import numpy as np\n‹x› = np.arange(4)", "‹x› = np.zeros(3)", "‹x› = ‹x›[:2]",
    "‹x›[:2] = 7", "‹x›[0] = ‹n›", "‹x› += 1", "‹x› = ‹x›", "‹x› = ‹x› * 2",
    "‹x› = ‹x›.reshape(2, 2)", "‹x›.sort()", "‹x›.fill(3)", "‹x› = ‹x›.T", "‹x› = ‹x›.copy()",
    "‹l› = [‹x›, ‹x›[1:]]", "‹l›[0][0] = 5", "np.add(‹x›, 1, out=‹x›)",
    "‹d›['x'] = ‹x›[::2]", "‹d›['x'][0] = 8", "‹x› = np.asarray(‹x›)",
    "np.copyto(‹x›, 2)", "print(‹x›.sum())", "print(‹x›)", "print(np.shares_memory(‹x›, ‹x›))",
    "‹x›, ‹x› = ‹x›[:1], ‹x›[1:]", "for row in ‹x›:\n    row += 1", "‹o›.l = ‹x›[:1]",
    "‹x› = np.frombuffer(bytearray(8), dtype='u1')", "‹x› = np.ravel(‹x›)",
    "def ‹f›(u):\n    u[0] = 4\n    return u[:1]", "print(‹x›.base is None)",
]
ITERATORS = [
    "‹i› = iter(‹l›)", "‹i› = (n * 2 for n in ‹l›)", "print(next(‹i›))", "‹n› = next(‹i›)",
    "‹i› = ‹i›", "‹l› = [*zip(range(3), ‹i›)]", "‹i› = enumerate(‹l›)", "‹i› = map(‹f›, [*‹l›])",
    "def ‹f›(u=(1, 2, 3)):\n    for n in u:\n        yield n\n‹i› = ‹f›()",
    "def gen(u):\n    for n in range(5):\n        u.append(n)\n        yield u\n‹i› = gen(‹l›)",
    "def gen():\n    for n in range(5):\n        ‹l›.append(n)\n        yield ‹n›\n‹i› = gen()",
    "‹l› = [‹i›, ‹l›]", "print(next(‹l›[0]))", "‹i› = zip(‹i›, ‹l›)", "‹d›['k'] = ‹i›",
    "print(next(‹d›['k']))", "‹i› = (lambda: (yield ‹l›))()", "‹l› = next(‹i›)",
    "import itertools\n‹i› = itertools.chain(‹l›, ‹l›)", "‹i› = (‹l›.append(n) for n in range(3))",
    "def ‹f›(u=None):\n    return next(‹i›)", "‹i› = reversed(‹l›)", "‹o›.i = ‹i›",
    "print(next(‹o›.i))", "for ‹n› in ‹i›:\n    break", "print([n for n, _ in zip(‹i›, range(2))])",
]
IMPORTS = [
    "import math", "print(math.floor(2.5))", "import os.path", "print(os.path.join('a', 'b'))",
    "import xml.dom", "import xml.etree", "print(xml.dom.__name__)",
    "print(xml.etree.__name__)", "from math import floor", "from math import ceil as floor",
    "print(floor(2.5))", "import math as ‹n›", "print(‹n›.pi)", "import collections as co",
    "‹d› = co.Counter('aab')", "‹d› = co.defaultdict(list)", "‹d›['q'].append(‹n›)",
    "import string as math", "print(math.digits)", "math = 3", "‹l› = [math]",
    "print(‹l›[0].floor(1.5))", "if ‹n› != 1:\n    import json", "print(json.dumps(‹l›))",
    "try:\n    import nowhere_to_be_found\nexcept ImportError:\n    json = None",
    "import random\nrandom.seed(‹n›)", "print(random.random())",
    "print(random.randint(1, 9))", "rng = random.Random(3)", "print(rng.random())",
    "def ‹f›(u=None):\n    return random.random()", "‹i› = random",
    "random.seed(1)\nprint(random.random())", "‹l› = [random.random()]",
]
IDENTITY = [
    "print(‹l› is ‹l›)", "print(‹l›[0] is ‹l›)", "print(‹v› is ‹w›)", "print(‹n› is not ‹n›)",
    "print(‹x› is ‹x›)", "print(‹f› is ‹f›)", "print(‹d›.get('k') is ‹v›)",
    "print(id(‹v›) == id(‹w›))", "print(‹o›.l is ‹l›)", "print(‹v› is None)",
]
PRINTS = ["print(‹v›)", "print(‹l›)", "print(‹l›, ‹l›)", "print(‹n›)", "print(‹d›)",
          "print(‹n›, ‹d›)"]
START = ["n = 1\nm = 2\nk = 3", "a = [1, 2]\nb = a\nc = [a]", "d = {'k': a}\ne = {}",
         "def f(u=None):\n    return n\ng = lambda: a", "import numpy as np\nx = np.arange(4)\ny = x[1:]",
         "class C:\n    n = 0\n    l = []\n    def add(self, u=1):\n        self.n += 1\n"
         "        return self.l\no = C()\np = C()", "it = iter([1, 2, 3])"]
TOPICS = [NUMBERS, LISTS, LISTS, DICTS, FUNCTIONS, FUNCTIONS, CLASSES, CLASSES, ARRAYS,
          ITERATORS, IMPORTS, IDENTITY]


@st.composite
def statements(draw) -> str:
    """Draw one statement (or a few that belong together)."""
    forms = draw(st.sampled_from([*TOPICS, PRINTS]))
    form = draw(st.sampled_from(forms))
    return re.sub("‹(.)›", lambda m: draw(st.sampled_from(NAMES[m[1]])), form)


@st.composite
def cells(draw) -> list[str]:
    """Draw one cell, as statements; most of them print something in the end."""
    rows = draw(st.lists(statements(), min_size=1, max_size=3))
    return [*rows, *draw(st.lists(st.sampled_from(
        ["print(a)", "print(n, m)", "print(b, c)", "print(d)", "print(x)",
         "print(o.n, o.l)", "print(f())", "print(y)"]), max_size=2))]


@st.composite
def pages(draw, max_cells: int = 7) -> list[list[str]]:
    """Draw a page that runs top to bottom: cells as lists of statements."""
    start = [[row] for row in draw(st.lists(
        st.sampled_from(START), unique=True, max_size=4))]
    return mend(start + draw(st.lists(cells(), min_size=2, max_size=max_cells)))


def mend(page: list[list[str]]) -> list[list[str]]:
    """Take out the statements that fail top to bottom, and empty cells."""
    bad: set[tuple[int, int]] = set()
    while True:
        namespace = {"__name__": "__main__"}
        failed = None
        with Process().active(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for index, cell in enumerate(page):
                for number, statement in enumerate(cell):
                    if failed or (index, number) in bad:
                        continue
                    try:
                        if " at 0x" in _quickly(run_source, statement, namespace):
                            failed = index, number
                    except Exception:
                        failed = index, number
        if failed is None:
            return [kept for index, cell in enumerate(page) if (kept := [
                s for number, s in enumerate(cell) if (index, number) not in bad])]
        bad.add(failed)


def sources(page: list[list[str]]) -> list[str]:
    """Return the source of each cell."""
    return ["\n".join(cell) for cell in page]


def as_page(page: list[list[str]], path: str = "docs/page.zh.md"):
    """Return a drawn page as the build sees it."""
    return make_page(sources(page), path)


def _quickly(function, *args):
    """Call a function; a list that grows while it is read must not go on."""
    if not hasattr(signal, "setitimer"):
        return function(*args)

    def stop(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    gc.disable()  # hypothesis watches collections, and must not be met in that
    signal.setitimer(signal.ITIMER_REAL, 0.3, 0.1)  # once might be ignored
    try:
        return function(*args)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        gc.enable()
        signal.signal(signal.SIGALRM, before)
