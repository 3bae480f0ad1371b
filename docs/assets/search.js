// Chinese queries. The theme cuts a query into words of the index, but passes
// over the query's last character: 过拟合 becomes 过, which is everywhere. Here
// a run of Chinese characters is cut into as few words of the index as will
// cover it, and all of them must occur. What cannot be covered stays as typed.

(() => {
  const words = new Set();
  const run = /\p{sc=Han}+/gu;

  /** Return the shortest list of words that make up the text, if there is one. */
  function cut(text) {
    const best = [[]];
    for (let end = 1; end <= text.length; end++)
      for (let start = 0; start < end; start++) {
        const word = text.slice(start, end);
        if (best[start] && words.has(word) && !(best[end]?.length <= best[start].length + 1))
          best[end] = [...best[start], word];
      }
    return best[text.length];
  }

  /** Return the query with its Chinese words marked as required beginnings. */
  function prepare(query) {
    // The backslashes mean nothing to the search; they keep it from cutting again.
    return query.replace(run, (text) =>
      cut(text)?.map((word) => `+${[...word].join("\\")}*`).join(" ") ?? text);
  }

  // The theme has no setting for this, so we listen in on what it tells its search
  // worker: first the documents, segmented by jieba, then one query after another.
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    const { data } = message;
    for (const { title, text } of data?.docs ?? [])
      for (const [word] of `${title} ${text}`.matchAll(run)) words.add(word);
    if (typeof data === "string") message = { ...message, data: prepare(data) };
    return post.call(this, message, ...rest);
  };
})();
