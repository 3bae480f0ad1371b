# %% [markdown] lang="zh"
# # 三种循环单元：用 NumPy 写，和 Keras 对账 { #numpy-cells }
#
# 正文里的公式，和 Keras 实际算的，是不是同一回事？
# 正文只替 LSTM 对过[一步的账](../rnn.md#lstm-step)，GRU 的一步留作了[练习](../rnn.md#exercises)；这里把 `SimpleRNN`、`LSTM`、`GRU` 都用 NumPy 写一遍，装上 Keras 层自己的权重，让一批序列从头走到尾，再一个数一个数地比。
# 然后反着走一遍：手写[随时间反向传播](../glossary.md#bptt)（backpropagation through time），再用差分和 TensorFlow 各验一次。
#
# 这里不训练，也用不着数据；除去导入 TensorFlow，几秒钟就跑完。

# %% [markdown] lang="en"
# # Three cells in NumPy, checked against Keras { #numpy-cells }
#
# Do the formulas of the chapter compute what Keras computes?
# The chapter checks [one step of an LSTM](../rnn.md#lstm-step) and leaves one step of a GRU as an [exercise](../rnn.md#exercises); here `SimpleRNN`, `LSTM` and `GRU` are all written in NumPy and loaded with the weights of a Keras layer.
# Both sides read a batch of sequences from end to end, and we compare what comes out, number by number.
# Then we go the other way: [backpropagation through time](../glossary.md#bptt), written by hand and checked twice, by nudging the weights one at a time and by asking TensorFlow.
#
# Nothing is trained and no data is needed; apart from the import of TensorFlow, it takes a few seconds.

# %%
TIMESTEPS = 100

# %% active="py"
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path


def positive(text):
    if int(text) < 1:
        raise ValueError
    return int(text)


def folder(text):
    try:
        Path(text).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentTypeError(error) from None
    return Path(text)


parser = ArgumentParser(
    description="Do the formulas of the chapter compute what Keras computes?"
)
parser.add_argument(
    "--timesteps", type=positive, default=TIMESTEPS, help="steps a sequence"
)
parser.add_argument("--out", type=folder, help="where to save the figures")
options = parser.parse_args()
TIMESTEPS = options.timesteps

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers

# %% [markdown] lang="zh"
# ## 准备 { #setup }
#
# 四条随机序列，长度和特征数跟[正文的 NumPy 一节](../rnn.md#numpy)一样。
# 特征数和单元数特意取得不同：两者相等的话，矩阵放反了，形状也看不出来。
# 起步的状态也取随机数，好让 $U$ 从第一步起就有事可做；状态备了两份，`SimpleRNN` 和 `GRU` 只用第一份。

# %% [markdown] lang="en"
# ## Getting ready { #setup }
#
# Four random sequences, as long and as wide as in [the chapter's NumPy section](../rnn.md#numpy).
# The numbers of features and of units differ on purpose: if they were equal, a matrix the wrong way round would still have the right shape.
# The states to start from are random as well, so that $U$ has work to do from the first step; there are two of them, of which `SimpleRNN` and `GRU` use only the first.

# %%
timesteps, input_features, units = TIMESTEPS, 32, 16
rng = np.random.default_rng(0)
x = rng.normal(size=(4, timesteps, input_features))
start = rng.normal(size=(2, 4, units))
print(x.shape)  # (batch, timesteps, features)

# %% [markdown] lang="zh"
# 循环只写一次，三种单元共用。
# `state` 是单元从一步交给下一步的全部东西：`SimpleRNN` 和 `GRU` 只有 $\state{h}$，`LSTM` 有 $\state{h}$ 和 $\carry{c}$；排在最前面的那个就是输出。
# 把各步的输出沿第二条轴叠起来，得到的正是 Keras 的形状。

# %% [markdown] lang="en"
# The loop is written once, for all three cells.
# `state` is everything that a cell hands on from one step to the next: $\state{h}$ for `SimpleRNN` and `GRU`, $\state{h}$ and $\carry{c}$ for `LSTM`; the first of them is the output.
# Stacked along the second axis, the outputs have the shape that Keras gives them.

# %%
def run(step, x, state, weights):
    outputs = []
    for t in range(x.shape[1]):
        state = step(x[:, t], *state, *weights)
        outputs.append(state[0])
    return np.stack(outputs, axis=1)  # (batch, timesteps, units)


# %% [markdown] lang="zh"
# Keras 那一边，先定好[随机种子](../glossary.md#seed)（seed）再造层；这样造出来的两个层权重相同，省得把权重抄来抄去。
# 偏置默认几乎全是零，零会把偏置上的错盖住，所以改成随机数。
# `tf.function` 让 TensorFlow 先把整个循环编成一张图，不必每一步都等 Python；算出来的数是一样的。

# %% [markdown] lang="en"
# On the Keras side the [seed](../glossary.md#seed) is set before a layer is built, so two layers built this way have the same weights and nothing need be copied.
# By default nearly all biases are zero, and zeros would cover up mistakes in them, so we ask for random ones.
# `tf.function` lets TensorFlow turn the whole loop into one graph first, so that it need not wait for Python at every step; the numbers are the same.

# %%
def build(kind, dtype, bias="random_normal", **options):
    keras.utils.set_random_seed(0)
    layer = kind(units, bias_initializer=bias, dtype=dtype, **options)
    layer.build((None, None, input_features))
    return layer


def ask(layer, inputs, state):
    return tf.function(layer)(inputs, initial_state=list(state)).numpy()


# %% [markdown] lang="zh"
# 对账的办法：同样的权重，同样的序列，NumPy 走一遍；Keras 走两遍，一遍要每一步的输出，一遍只要最后一步的（[`return_sequences`](../glossary.md#return-sequences)）；取其中最大的差。
# `states` 说的是单元要带着几个状态向量走。

# %% [markdown] lang="en"
# To compare, both sides get the same weights and the same sequences.
# NumPy runs once and Keras twice, once for the output of every step and once for that of the last step alone ([`return_sequences`](../glossary.md#return-sequences)); what counts is the largest difference.
# `states` is the number of state vectors that a cell takes along.

# %%
def compare(kind, step, states=1, dtype="float32", **options):
    every = build(kind, dtype, return_sequences=True, **options)
    last = build(kind, dtype, **options)
    inputs, state = x.astype(dtype), start[:states].astype(dtype)
    ours = run(step, inputs, state, every.get_weights())
    every_gap = np.max(np.abs(ours - ask(every, inputs, state)))
    last_gap = np.max(np.abs(ours[:, -1] - ask(last, inputs, state)))
    for letter, weight in zip("WUb", every.get_weights()):
        print(letter, weight.shape)
    print("every step", ours.shape, f"differs by {every_gap:.0e}")
    print("last step ", ours[:, -1].shape, f"differs by {last_gap:.0e}")
    return float(max(every_gap, last_gap))


# %% [markdown] lang="zh"
# ## SimpleRNN { #simplernn }
#
# 一步就是[那一行公式](../rnn.md#loop)：
#
# $$
# \state{h_t} = \tanh(W x_t + U \state{h_{t-1}} + b)
# $$
#
# 向量在 Keras 里横着写，一批里的每条序列占一行；所以 `x` 站在 `W` 左边，`W` 的形状是 `(features, units)`，和公式里的 $W$ 互为转置。

# %% [markdown] lang="en"
# ## SimpleRNN { #simplernn }
#
# One step is [that single line](../rnn.md#loop):
#
# $$
# \state{h_t} = \tanh(W x_t + U \state{h_{t-1}} + b)
# $$
#
# Keras writes vectors as rows, one row for each sequence of the batch; that is why `x` stands to the left of `W`, and why `W` has the shape `(features, units)`, the transpose of the $W$ in the formula.

# %%
def rnn_step(x, h, W, U, b):
    return (np.tanh(x @ W + h @ U + b),)


rnn_gap = compare(layers.SimpleRNN, rnn_step)

# %% [markdown] lang="zh"
# 四条序列，`{python} timesteps` 步，`{python} units` 个单元，所有这些数里，差得最多的一个也只差 `{python} f"{rnn_gap:.0e}"`。

# %% [markdown] lang="en"
# Four sequences, `{python} timesteps` steps, `{python} units` units, and the number that is furthest off is off by `{python} f"{rnn_gap:.0e}"`.

# %%
assert rnn_gap < 1e-6

# %% [markdown] lang="zh"
# ## LSTM { #lstm }
#
# 四组权重并排放在一个矩阵里，次序是 i、f、k、o。
# 我们的 $k$ 是[正文](../rnn.md#lstm)里候选的新内容，Keras 的源码里管它叫 c。

# %% [markdown] lang="en"
# ## LSTM { #lstm }
#
# Four sets of weights sit side by side in one matrix, in the order i, f, k, o.
# Our $k$ is the new content on offer, as in [the chapter](../rnn.md#lstm); the source of Keras calls it c.

# %%
def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def lstm_step(x, h, c, W, U, b):
    i, f, k, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(k)
    return sigmoid(o) * np.tanh(c), c


lstm_gap = compare(layers.LSTM, lstm_step, states=2)

# %% [markdown] lang="zh"
# 三份权重的最后一维都是单元数的四倍，输出却没有变宽：门只在单元里面用，不出门。
# 最大的差是 `{python} f"{lstm_gap:.0e}"`。

# %% [markdown] lang="en"
# The last axis of every shape is four times the number of units, and yet the output is no wider: the gates stay inside the cell.
# The largest difference is `{python} f"{lstm_gap:.0e}"`.

# %%
assert lstm_gap < 1e-6

# %% [markdown] lang="zh"
# ## GRU { #gru }
#
# 三组权重，次序是 z、r、k，而偏置有[两行](../rnn.md#gru)：第一行跟着输入，第二行跟着状态。

# %% [markdown] lang="en"
# ## GRU { #gru }
#
# Three sets of weights in the order z, r, k, and a bias with [two rows](../rnn.md#gru): the first goes with the input, the second with the state.

# %%
def gru_step(x, h, W, U, b):
    zx, rx, kx = np.split(x @ W + b[0], 3, axis=-1)
    zh, rh, kh = np.split(h @ U + b[1], 3, axis=-1)
    z = sigmoid(zx + zh)
    k = np.tanh(kx + sigmoid(rx + rh) * kh)
    return (z * h + (1 - z) * k,)


gru_gap = compare(layers.GRU, gru_step)

# %% [markdown] lang="zh"
# 经典的形式先重置、再乘矩阵，偏置也只有一行。

# %% [markdown] lang="en"
# The classic form resets first and multiplies by the matrix afterwards, and its bias has one row.

# %%
def classic_step(x, h, W, U, b):
    zx, rx, kx = np.split(x @ W + b, 3, axis=-1)
    Uz, Ur, Uk = np.split(U, 3, axis=-1)
    z, r = sigmoid(zx + h @ Uz), sigmoid(rx + h @ Ur)
    return (z * h + (1 - z) * np.tanh(kx + (r * h) @ Uk),)


classic_gap = compare(layers.GRU, classic_step, reset_after=False)

# %% [markdown] lang="zh"
# 两种形式都对上了，差得最多的是 `{python} f"{max(gru_gap, classic_gap):.0e}"`。

# %% [markdown] lang="en"
# Both forms agree with Keras; the largest difference is `{python} f"{max(gru_gap, classic_gap):.0e}"`.

# %%
assert gru_gap < 1e-6 and classic_gap < 1e-6

# %% [markdown] lang="zh"
# ## 差的只是舍入吗？ { #rounding }
#
# 千万分之几的差别，看着像舍入，可“看着像”不算证据。
# 证据好找：两边都换成 64 位浮点数。
# 如果差的是舍入，差别应该跟着缩小大约九个数量级；如果有一项写错了，它会赖着不走。

# %% [markdown] lang="en"
# ## Is it only rounding? { #rounding }
#
# A few parts in ten million look like rounding, but looks are not evidence.
# Evidence is cheap: let both sides use 64-bit numbers.
# If rounding is all there is, the difference should shrink by about nine powers of ten; if a term is wrong, it will stay where it is.

# %%
double_gaps = {
    "SimpleRNN": compare(layers.SimpleRNN, rnn_step, dtype="float64"),
    "LSTM": compare(layers.LSTM, lstm_step, states=2, dtype="float64"),
    "GRU": compare(layers.GRU, gru_step, dtype="float64"),
}

# %% [markdown] lang="zh"
# 最大的差别缩到了 `{python} f"{max(double_gaps.values()):.0e}"`：两边的公式是一回事，先前差的只是舍入。

# %% [markdown] lang="en"
# The largest difference has shrunk to `{python} f"{max(double_gaps.values()):.0e}"`: the formulas are the same, and what was left was rounding.

# %%
assert max(double_gaps.values()) < 1e-13

# %% [markdown] lang="zh"
# ## 真有错，查得出来吗？ { #mistakes }
#
# 一个永远通过的检查，等于没有检查。
# 所以故意犯几个常见的错，看看差别会有多大：把 `U` 转置了，把门的次序记错，把 GRU 的两行偏置放反，把重置放错地方。
# 要犯次序的错，不用改公式，把权重的几块换个位置就行。

# %% [markdown] lang="en"
# ## Would it notice a mistake? { #mistakes }
#
# A check that always passes checks nothing.
# So let us make some common mistakes on purpose and see how large the difference becomes: `U` transposed, gates in the wrong order, the two rows of the GRU's bias the wrong way round, the reset in the wrong place.
# For a wrong order the formula need not be touched; it is enough to move the blocks of the weights.

# %%
def reorder(weights, order):
    blocks = [np.split(weight, len(order), axis=-1) for weight in weights]
    return [np.concatenate([b[i] for i in order], axis=-1) for b in blocks]


def early_reset_step(x, h, W, U, b):
    zx, rx, kx = np.split(x @ W + b[0], 3, axis=-1)
    (Uz, Ur, Uk), d = np.split(U, 3, axis=-1), np.split(b[1], 3)
    z, r = sigmoid(zx + h @ Uz + d[0]), sigmoid(rx + h @ Ur + d[1])
    return (z * h + (1 - z) * np.tanh(kx + (r * h) @ Uk + d[2]),)


# %% [markdown] lang="zh"
# 每个错都犯两次：一次偏置随机，一次偏置为零，后一种是 Keras 的默认（LSTM 的遗忘门除外，它的偏置从 1 起步）。

# %% [markdown] lang="en"
# Each mistake is made twice: with random biases and with zeros, which are the default of Keras (but for the forget gate of the LSTM, whose bias starts at 1).

# %%
def blunders(bias):
    rnn, lstm, gru = [
        build(kind, "float64", bias, return_sequences=True)
        for kind in [layers.SimpleRNN, layers.LSTM, layers.GRU]
    ]
    W, U, b = rnn.get_weights()
    four, three = lstm.get_weights(), gru.get_weights()
    fi, ok = reorder(four, [1, 0, 2, 3]), reorder(four, [0, 1, 3, 2])
    rows = [three[0], three[1], three[2][::-1]]
    wrong = {
        "SimpleRNN, U transposed": (rnn, rnn_step, [W, U.T, b]),
        "LSTM, i and f swapped": (lstm, lstm_step, fi),
        "LSTM, k and o swapped": (lstm, lstm_step, ok),
        "GRU, z and r swapped": (gru, gru_step, reorder(three, [1, 0, 2])),
        "GRU, rows of b swapped": (gru, gru_step, rows),
        "GRU, reset too early": (gru, early_reset_step, three),
    }
    gaps = {}
    for name, (layer, step, weights) in wrong.items():
        state = start[: 2 if step is lstm_step else 1]
        wrong_gap = run(step, x, state, weights) - ask(layer, x, state)
        gaps[name] = float(np.max(np.abs(wrong_gap)))
    return gaps


# %%
seen, unseen = blunders("random_normal"), blunders("zeros")
print(f"{'mistake':24} {'random b':>9} {'zero b':>9}")
for name in seen:
    print(f"{name:24} {seen[name]:9.0e} {unseen[name]:9.0e}")

# %% [markdown] lang="zh"
# 偏置随机时，错得最轻的也差了 `{python} f"{min(seen.values()):.0e}"`，比容许的百万分之一大得多，一个也逃不掉。

# %% [markdown] lang="en"
# With random biases even the slightest of these mistakes makes a difference of `{python} f"{min(seen.values()):.0e}"`, far above the millionth that we allow; none of them gets away.

# %%
assert min(seen.values()) > 1e-4

# %% [markdown] lang="zh"
# 偏置为零就不一样了：两行零放反了还是两行零，这个错谁也看不出来。

# %% [markdown] lang="en"
# With zeros it is another story: two rows of zeros, swapped, are two rows of zeros, and that mistake is invisible.

# %%
assert unseen["GRU, rows of b swapped"] < 1e-13

# %% [markdown] lang="zh"
# ## 参数个数 { #parameters }
#
# 形状清楚了，要知道有多少个参数，数格子就行。
# $m$ 个特征、$n$ 个单元，一组权重里，$n \cdot m$ 个数归 $W$，$n \cdot n$ 个归 $U$，外加 $n$ 个偏置；`SimpleRNN` 有一组，LSTM 四组，GRU 三组，而 Keras 默认的 GRU 每组有两份偏置（[正文里的推导](../rnn.md#gru)）。

# %% [markdown] lang="en"
# ## Counting parameters { #parameters }
#
# Once the shapes are known, counting parameters is counting entries.
# With $m$ features and $n$ units, a set of weights has $n \cdot m$ numbers in $W$, $n \cdot n$ in $U$ and $n$ in the bias; `SimpleRNN` has one set, the LSTM four, the GRU three, and in the default GRU of Keras each set has two biases ([derived in the chapter](../rnn.md#gru)).

# %%
def by_hand(sets, n, biases=1, m=32):
    return sets * n * (m + n + biases)


def by_keras(kind, n, **options):
    keras.utils.set_random_seed(0)
    layer = kind(n, **options)
    layer.build((None, None, 32))
    return layer.count_params()


# %%
sizes = [32, 64]
derived = {
    "SimpleRNN": [by_hand(1, n) for n in sizes],
    "LSTM": [by_hand(4, n) for n in sizes],
    "GRU": [by_hand(3, n, biases=2) for n in sizes],
    "classic GRU": [by_hand(3, n) for n in sizes],
}
counted = {
    "SimpleRNN": [by_keras(layers.SimpleRNN, n) for n in sizes],
    "LSTM": [by_keras(layers.LSTM, n) for n in sizes],
    "GRU": [by_keras(layers.GRU, n) for n in sizes],
    "classic GRU": [
        by_keras(layers.GRU, n, reset_after=False) for n in sizes
    ],
}

# %% [markdown] lang="zh"
# 特征都是 32 个，单元 32 个或 64 个；64 个单元的那一栏，就是正文[练习 1](../rnn.md#exercises) 的答案。
#
# | 单元 | 公式 | 32 个单元 | `count_params()` | 64 个单元 | `count_params()` |
# | --- | --- | --: | --: | --: | --: |
# | SimpleRNN | $n\,(m + n + 1)$ | `{python} f"{derived['SimpleRNN'][0]:,}"` | `{python} f"{counted['SimpleRNN'][0]:,}"` | `{python} f"{derived['SimpleRNN'][1]:,}"` | `{python} f"{counted['SimpleRNN'][1]:,}"` |
# | LSTM | $4 \cdot n\,(m + n + 1)$ | `{python} f"{derived['LSTM'][0]:,}"` | `{python} f"{counted['LSTM'][0]:,}"` | `{python} f"{derived['LSTM'][1]:,}"` | `{python} f"{counted['LSTM'][1]:,}"` |
# | GRU | $3 \cdot n\,(m + n + 2)$ | `{python} f"{derived['GRU'][0]:,}"` | `{python} f"{counted['GRU'][0]:,}"` | `{python} f"{derived['GRU'][1]:,}"` | `{python} f"{counted['GRU'][1]:,}"` |
# | 经典 GRU | $3 \cdot n\,(m + n + 1)$ | `{python} f"{derived['classic GRU'][0]:,}"` | `{python} f"{counted['classic GRU'][0]:,}"` | `{python} f"{derived['classic GRU'][1]:,}"` | `{python} f"{counted['classic GRU'][1]:,}"` |
#
# 手算的和 Keras 数的，每一格都相同。

# %% [markdown] lang="en"
# There are 32 features throughout, and 32 or 64 units; the latter is the answer to the chapter's [exercise 1](../rnn.md#exercises).
#
# | cell | formula | 32 units | `count_params()` | 64 units | `count_params()` |
# | --- | --- | --: | --: | --: | --: |
# | SimpleRNN | $n\,(m + n + 1)$ | `{python} f"{derived['SimpleRNN'][0]:,}"` | `{python} f"{counted['SimpleRNN'][0]:,}"` | `{python} f"{derived['SimpleRNN'][1]:,}"` | `{python} f"{counted['SimpleRNN'][1]:,}"` |
# | LSTM | $4 \cdot n\,(m + n + 1)$ | `{python} f"{derived['LSTM'][0]:,}"` | `{python} f"{counted['LSTM'][0]:,}"` | `{python} f"{derived['LSTM'][1]:,}"` | `{python} f"{counted['LSTM'][1]:,}"` |
# | GRU | $3 \cdot n\,(m + n + 2)$ | `{python} f"{derived['GRU'][0]:,}"` | `{python} f"{counted['GRU'][0]:,}"` | `{python} f"{derived['GRU'][1]:,}"` | `{python} f"{counted['GRU'][1]:,}"` |
# | classic GRU | $3 \cdot n\,(m + n + 1)$ | `{python} f"{derived['classic GRU'][0]:,}"` | `{python} f"{counted['classic GRU'][0]:,}"` | `{python} f"{derived['classic GRU'][1]:,}"` | `{python} f"{counted['classic GRU'][1]:,}"` |
#
# What we derived is what Keras counted, in every row.

# %%
assert derived == counted
assert derived["SimpleRNN"][0] == 2_080 and derived["LSTM"][0] == 8_320
assert derived["GRU"][0] == 6_336 and derived["classic GRU"][0] == 6_240

# %% [markdown] lang="zh"
# ## 反着走一遍 { #backwards }
#
# 训练要的是梯度，而梯度得沿着时间[往回走](../rnn.md#forgetting)。
# 拿 `SimpleRNN` 来写：误差只看最后一步的状态离目标 $y$ 有多远（一批取平均）。
# 从终点起步，每退一步做三件事：穿过 tanh，记下这一步该算给 $W$、$U$、$b$ 的那份，再穿过 $U$ 退到上一步。
#
# $$
# \begin{aligned}
# L &= \tfrac{1}{2}\,\lVert \state{h_T} - y \rVert^2 \\
# \delta_t &= \frac{\partial L}{\partial \state{h_t}} \odot (1 - \state{h_t} \odot \state{h_t}) \\
# \frac{\partial L}{\partial \state{h_{t-1}}} &= U^{\top} \delta_t \\
# \frac{\partial L}{\partial W} &= \sum_t \delta_t\, x_t^{\top} \qquad
# \frac{\partial L}{\partial U} = \sum_t \delta_t\, \state{h_{t-1}}^{\top} \qquad
# \frac{\partial L}{\partial b} = \sum_t \delta_t
# \end{aligned}
# $$
#
# 每一步用的都是同一个 $W$、$U$、$b$，所以它们的梯度是各步之和；下面的函数先不求和，把每一步的那份分开交出来。

# %% [markdown] lang="en"
# ## The way back { #backwards }
#
# Training needs gradients, and gradients must travel [back through time](../rnn.md#forgetting).
# Take the `SimpleRNN`, and let the error be how far its last state is from a target $y$ (on average over the batch).
# Begin at the end, and do three things for each step back: go through the tanh, note down this step's share for $W$, $U$ and $b$, and go through $U$ to the step before.
#
# $$
# \begin{aligned}
# L &= \tfrac{1}{2}\,\lVert \state{h_T} - y \rVert^2 \\
# \delta_t &= \frac{\partial L}{\partial \state{h_t}} \odot (1 - \state{h_t} \odot \state{h_t}) \\
# \frac{\partial L}{\partial \state{h_{t-1}}} &= U^{\top} \delta_t \\
# \frac{\partial L}{\partial W} &= \sum_t \delta_t\, x_t^{\top} \qquad
# \frac{\partial L}{\partial U} = \sum_t \delta_t\, \state{h_{t-1}}^{\top} \qquad
# \frac{\partial L}{\partial b} = \sum_t \delta_t
# \end{aligned}
# $$
#
# Every step uses the same $W$, $U$ and $b$, so their gradients are sums over the steps; the function below leaves the sum to us and returns each step's share separately.

# %%
def loss(x, h, y, W, U, b):
    last = run(rnn_step, x, [h], [W, U, b])[:, -1]
    return np.mean(np.sum((last - y) ** 2, axis=1)) / 2


def backward(x, h, y, W, U, b):
    h = [h, *np.swapaxes(run(rnn_step, x, [h], [W, U, b]), 0, 1)]
    slope = (h[-1] - y) / len(x)  # (batch, units)
    shares = []
    for t in reversed(range(x.shape[1])):
        delta = slope * (1 - h[t + 1] ** 2)
        shares.append((x[:, t].T @ delta, h[t].T @ delta, delta.sum(axis=0)))
        slope = delta @ U.T
    return [np.stack(part) for part in zip(*shares)]  # the last step first


# %% [markdown] lang="zh"
# ### 用差分验算 { #gradient-check }
#
# 梯度是斜率，而斜率可以硬量：把一个权重往上拨一点，再往下拨一点，看误差变了多少（中心差分）。
# 差分不懂什么反向传播，所以是个好证人；代价是每个权重都要把网络跑两遍，所以只用一个小网络：3 个特征，4 个单元，20 步，用 64 位浮点数。

# %% [markdown] lang="en"
# ### Checked by differences { #gradient-check }
#
# A gradient is a slope, and a slope can be measured the hard way: push one weight up a little, then down a little, and see how the error changes (a central difference).
# Such a measurement knows nothing of backpropagation, which makes it a good witness.
# The price is two runs of the network for every single weight, so the network is small: 3 features, 4 units, 20 steps, in 64-bit numbers.

# %%
rng = np.random.default_rng(1)
small_x = rng.normal(size=(2, 20, 3))
small_h, small_y = rng.normal(size=(2, 2, 4))  # start and target
small = [
    rng.normal(0, 3**-0.5, (3, 4)),  # W
    rng.normal(0, 4**-0.5, (4, 4)),  # U
    rng.normal(0, 0.1, 4),  # b
]


def measure(x, h, y, weights, step):
    slopes = [np.zeros_like(weight) for weight in weights]
    for i, weight in enumerate(weights):
        for place in np.ndindex(weight.shape):
            up, down = list(weights), list(weights)
            up[i], down[i] = weight.copy(), weight.copy()
            up[i][place] += step
            down[i][place] -= step
            rise = loss(x, h, y, *up) - loss(x, h, y, *down)
            slopes[i][place] = rise / (2 * step)
    return slopes


# %% [markdown] lang="zh"
# 两边差多少，用相对误差来说：差的长度，除以两边长度之和；0 是完全一致，1 是最坏的情形。

# %% [markdown] lang="en"
# How far the two gradients are apart is stated as a relative error: the length of their difference over the sum of their lengths; 0 is perfect agreement, 1 is as bad as it gets.

# %%
def relative(a, b):
    apart = np.linalg.norm(np.subtract(a, b))
    return float(apart / (np.linalg.norm(a) + np.linalg.norm(b)))


shares = backward(small_x, small_h, small_y, *small)
exact = [np.sum(part, axis=0) for part in shares]
measured = measure(small_x, small_h, small_y, small, 1e-5)
check = dict(zip("WUb", map(relative, exact, measured)))
for letter in check:
    print(f"{letter}: relative error {check[letter]:.0e}")

# %% [markdown] lang="zh"
# 最大的相对误差是 `{python} f"{max(check.values()):.0e}"`，手写的梯度没有问题。

# %% [markdown] lang="en"
# The largest relative error is `{python} f"{max(check.values()):.0e}"`; the gradient written by hand is right.

# %%
assert max(check.values()) < 1e-8

# %% [markdown] lang="zh"
# 这个检查也一样，真有错时通不过，才算数。
# 最容易犯的错，是退了几步就不再往回走；少走的那些步，正是[截断的](../glossary.md#truncation)随时间反向传播故意省掉的。
# 只留最后几步的那几份，再看看 $U$ 的梯度差多少。

# %% [markdown] lang="en"
# This check, too, is only worth something if it can fail.
# The easiest mistake is not to go all the way back; the steps left out are the ones that backpropagation through time omits on purpose when it is [truncated](../glossary.md#truncation).
# So keep the shares of the last few steps only, and see how wrong the gradient of $U$ becomes.

# %%
def keep(k):
    return relative(np.sum(shares[1][:k], axis=0), measured[1])


short = {k: keep(k) for k in [1, 5, 10, 15]}
for k in short:
    print(f"last {k:2} of 20 steps: relative error {short[k]:.0e}")

# %% [markdown] lang="zh"
# 只退一步，相对误差是 `{python} f"{short[1]:.0%}"`；退到一半，误差小多了，可还是比差分的误差大得多，逃不过检查。

# %% [markdown] lang="en"
# With one step the relative error is `{python} f"{short[1]:.0%}"`.
# Half-way back it is a good deal smaller, and still far larger than the error of the full gradient, so the check would notice.

# %%
assert short[1] > 0.05 and short[1] > 2 * short[10]
assert short[10] > 100 * check["U"]

# %% [markdown] lang="zh"
# ### 拨多大一步？ { #step-size }
#
# 上面的步长取十万分之一，不是随手写的。
# 拨得太大，曲线在这一段里已经弯了；拨得太小，两个几乎相等的数相减，剩下的全是舍入。
# 把步长从小到大试一遍，64 位和 32 位各来一次。

# %% [markdown] lang="en"
# ### How large a step? { #step-size }
#
# The step above was a hundred-thousandth, and not by accident.
# If the step is too large, the curve bends along the way; if it is too small, two nearly equal numbers are subtracted, and little but rounding is left.
# Let us try all sizes, once with 64 bits and once with 32.

# %%
steps = np.logspace(-11, 0, 23)
errors = {}
for bits in ["float64", "float32"]:
    cast = [weight.astype(bits) for weight in small]
    data = [v.astype(bits) for v in [small_x, small_h, small_y]]
    slopes = [measure(*data, cast, step) for step in steps]
    errors[bits] = np.array([list(map(relative, exact, s)) for s in slopes])
best = {bits: np.argmin(errors[bits].max(axis=1)) for bits in errors}

# %% [markdown] lang="zh"
# 画出来是一个大大的 V。
# <!-- cell: alt="相对误差随差分步长的变化，双对数坐标：64 位的三条实线先随步长变大而下降，在十万分之一附近到底，再上升，形如字母 V；32 位的三条点线也是 V，但整个偏右、偏高，底在百分之一附近" -->

# %% [markdown] lang="en"
# What comes out is a large V.
# <!-- cell: alt="Relative error over the step of the difference, both axes logarithmic: the three solid lines for 64 bits fall as the step grows, reach their lowest point near a hundred-thousandth and rise again, like a letter V; the three dotted lines for 32 bits are a V as well, but further right and higher, lowest near a hundredth" -->

# %%
def plot_errors():
    plt.figure(figsize=(6, 3.6), layout="constrained")
    for bits, style in [("float64", "-"), ("float32", ":")]:
        for i, letter in enumerate("WUb"):
            y = errors[bits][:, i]
            plt.loglog(steps, y, f"C{i}{style}", label=f"{letter}, {bits}")
    plt.xlabel("step of the difference")
    plt.ylabel("relative error")
    plt.figlegend(loc="outside upper center", ncols=3, fontsize="small")


plot_errors()

# %% [markdown] lang="zh"
# 右半边怪曲线会弯：中心差分的误差按步长的平方增长。
# 左半边怪舍入：最后要除以步长，步长越小，舍入就被放得越大。
# 64 位的底在 `{python} f"{steps[best['float64']]:.0e}"` 附近，误差小到 `{python} f"{errors['float64'].max(axis=1).min():.0e}"`；32 位的底在 `{python} f"{steps[best['float32']]:.0e}"` 附近，再好也有 `{python} f"{errors['float32'].max(axis=1).min():.0e}"`。
# 所以梯度检查要用 64 位：用 32 位，一个小错和舍入就分不开了。

# %% [markdown] lang="en"
# On the right the bend is to blame: the error of a central difference grows with the square of the step.
# On the left it is rounding: the smaller the step, the more the division magnifies the rounding error.
# With 64 bits the V is lowest near `{python} f"{steps[best['float64']]:.0e}"`, at an error of `{python} f"{errors['float64'].max(axis=1).min():.0e}"`; with 32 bits it is lowest near `{python} f"{steps[best['float32']]:.0e}"` and gets no better than `{python} f"{errors['float32'].max(axis=1).min():.0e}"`.
# That is why gradients are checked with 64 bits: with 32, a small mistake and rounding cannot be told apart.

# %%
assert 1e-7 < steps[best["float64"]] < 1e-3 < steps[best["float32"]] < 1
assert errors["float64"].max(axis=1).min() < 1e-8
assert errors["float32"].max(axis=1).min() > 1e-6

# %% [markdown] lang="zh"
# ### 再问一次 TensorFlow { #tape }
#
# 差分只验了小网络。
# 大的那个，`{python} timesteps` 步、`{python} units` 个单元，交给 TensorFlow 的 `GradientTape`，让它也用 64 位算一遍。

# %% [markdown] lang="en"
# ### TensorFlow is asked as well { #tape }
#
# The differences only tested a small network.
# For the large one, with `{python} timesteps` steps and `{python} units` units, we ask the `GradientTape` of TensorFlow, again with 64 bits.

# %%
layer = build(layers.SimpleRNN, "float64")
target = np.random.default_rng(2).normal(size=(len(x), units))
with tf.GradientTape() as tape:
    last = layer(x, initial_state=start[0])
    value = tf.reduce_mean(tf.reduce_sum((last - target) ** 2, axis=1)) / 2
theirs = tape.gradient(value, layer.trainable_weights)
ours = backward(x, start[0], target, *layer.get_weights())
ours = [part.sum(axis=0) for part in ours]
tape_gaps = dict(zip("WUb", map(relative, ours, theirs)))
for letter in tape_gaps:
    print(f"{letter}: relative error {tape_gaps[letter]:.0e}")

# %% [markdown] lang="zh"
# 差分到不了的精度，这里有了：最大的相对误差只有 `{python} f"{max(tape_gaps.values()):.0e}"`。

# %% [markdown] lang="en"
# That is closer than the differences ever got: the relative error is `{python} f"{max(tape_gaps.values()):.0e}"`.

# %%
assert max(tape_gaps.values()) < min(1e-12, errors["float64"].min())

# %% [markdown] lang="zh"
# ## 说明了什么，没说明什么 { #limits }
#
# 正文的公式就是 Keras 的公式：权重怎么排、偏置有几行、哪个门乘什么，都对上了；前向走过了三种单元，反向只走了 `SimpleRNN`。
#
# 没有说明的也有几样。
# 比的是默认设置：换了激活函数，加了 dropout、掩码或 `go_backwards`，就得另外对账；LSTM 和 GRU 的反向也没有写。
# 数值相同也不等于学得会：一个公式完全正确的网络，照样可能[什么也记不住](../rnn.md#saturation)。

# %% [markdown] lang="en"
# ## What this shows, and what it does not { #limits }
#
# The formulas of the chapter are those of Keras.
# How the weights are arranged, how many rows a bias has, which gate multiplies what: it all agrees, forwards in all three cells and backwards in the `SimpleRNN`.
#
# Some things this lab does not show.
# We compared the default settings: other activations, dropout, masks or `go_backwards` would have to be checked by themselves; and the way back was not written for LSTM and GRU.
# Nor do equal numbers mean that a network can learn: one whose formulas are perfectly right may still [remember nothing](../rnn.md#saturation).

# %% active="py"
for number in plt.get_fignums() if options.out else ():
    file = options.out / f"numpy_cells-{number}.svg"
    plt.figure(number).savefig(file)
    print("saved", file)
if not options.out and plt.get_backend() != "agg":
    plt.show()
