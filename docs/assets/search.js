// Queries in the words of the index. The theme cuts Chinese as well, but passes
// over a query's last character: 过拟合 becomes 过, which is everywhere. And a
// page with one of several words counts almost as much as one with all of them.
// Here a run of Chinese characters is cut into as few words of the index as will
// cover it, and where some section has all words of a query, it must have them.

(() => {
  const run = /\p{sc=Han}+/gu;
  const particles = new Set(`的 了 和 与 在 是 吗 呢 有 会 为什么 怎么 怎样 如何 什么 哪些 到底
    a an and are as at between by do does for from how in is of on or the to vs what when
    which why with`.split(/\s+/));
  const words = new Set();  // the Chinese words of the index
  let entries = [];  // the words of each section, each after a line end

  /** Return the words that make up the text; what none of them covers is left out. */
  function cut(text) {
    const best = [{ cost: 0, words: [] }];
    for (let end = 1; end <= text.length; end++) {
      best[end] = { cost: best[end - 1].cost + 100, words: best[end - 1].words };
      for (let start = 0; start < end; start++) {
        const word = text.slice(start, end);
        if (words.has(word) && best[start].cost + 1 < best[end].cost)
          best[end] = { cost: best[start].cost + 1, words: [...best[start].words, word] };
      }
    }
    return best[text.length].words;
  }

  /** Return the query in words of the index, as required beginnings if that finds anything. */
  function prepare(query) {
    if (/["*:^~]|(^|\s)[+-]/.test(query)) return query;  // in the search's own language
    let all = query.replace(run, (text) => ` ${cut(text).join(" ") || text} `)
      .split(/[\s\-,;!?，。、；！？（）()“”]+/).filter(Boolean);
    const telling = all.filter((word) => !particles.has(word.toLowerCase()));
    if (telling.length) all = telling;
    // A word that no section has, such as "of", says nothing about any.
    const known = all.filter((word) => entries.some((entry) => has(entry, word)));
    const together = known.length && entries.some((entry) => known.every((word) => has(entry, word)));
    return (known.length ? known : all).map((word) =>
      // The backslashes mean nothing to the search; they keep it from cutting again.
      `${together ? "+" : ""}${word.replace(run, (text) => [...text].join("\\"))}*`).join(" ");
  }

  const has = (entry, word) => word.toLowerCase().split(/\.(?!\d)/)
    .every((part) => entry.includes(`\n${part}`));

  function read({ config, docs }) {
    const separator = new RegExp(config.separator);
    entries = docs.map(({ title, text, names = "", code = "" }) => {
      const all = `${title} ${text.replace(/<[^>]+>/g, " ")} ${names} ${code}`;
      for (const [word] of all.matchAll(run)) words.add(word);
      return ["", ...all.split(separator)].join("\n").toLowerCase();
    });
  }

  // The index is as large as a page, and few visits search. The theme asks for it at
  // once; the request waits until the search is reached for, or until the address
  // asks for it: ?q= opens the search, ?h= marks in the page what was found.
  const reached = new Promise((resolve) => {
    if (/[?&][qh]=/.test(location.search)) resolve();
    for (const type of ["focusin", "pointerover", "change"]) {
      document.addEventListener(type, ({ target }) => {
        if (target.closest?.("[data-md-component=search], [for=__search], #__search")) resolve();
      }, { capture: true, passive: true });
    }
  });
  const { open, send } = XMLHttpRequest.prototype;
  const waiting = new WeakSet();
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (String(url).endsWith("/search_index.json")) waiting.add(this);
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (!waiting.delete(this)) return send.apply(this, body);
    reached.then(() => send.apply(this, body));
  };

  // The theme has no setting for this, so we listen in on what it tells its search
  // worker: first the documents, segmented by jieba, then one query after another.
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    const { data } = message;
    if (data?.docs) read(data);
    if (typeof data === "string") message = { ...message, data: prepare(data) };
    return post.call(this, message, ...rest);
  };
})();
