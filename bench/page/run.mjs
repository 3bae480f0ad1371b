// Lighthouse on the built site: a phone of the middle class on a slow line.
//
//   node run.mjs FOLDER ADDRESS [RUNS]
//
// FOLDER is the site, built for ADDRESS, at which it is served here as a host
// serves it: compressed, and kept by browsers for ten minutes. Of RUNS per page
// the one with the middle performance counts. Prints a table; fails where a page
// is below what this project promises.
import * as chromeLauncher from "chrome-launcher";
import lighthouse from "lighthouse";
import { readFileSync } from "node:fs";
import { serve } from "./serve.mjs";

const PAGES = ["", "en/", "rnn/", "en/rnn/", "labs/imdb_comparison/", "en/labs/imdb_comparison/"];
const SCORE = 95;         // of 100, in each category
const SHIFT = 0.01;       // cumulative layout shift
const CHAPTER = 300_000;  // bytes of everything that the first view of a chapter loads
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

const [folder, address, runs = "1"] = process.argv.slice(2);
if (!address || !(Number(runs) > 0)) {
  console.error("usage: node run.mjs FOLDER ADDRESS [RUNS]");
  process.exit(2);
}

/** Return what a run of Lighthouse has found on a page. */
async function measure(url, port) {
  const { lhr } = await lighthouse(url, { port, logLevel: "silent", onlyCategories: CATEGORIES });
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  const value = (name) => lhr.audits[name].numericValue;
  return {
    scores: CATEGORIES.map((name) => Math.round(lhr.categories[name].score * 100)),
    shift: value("cumulative-layout-shift"),
    paint: value("largest-contentful-paint"),
    blocked: value("total-blocking-time"),
    bytes: value("total-byte-weight"),
    // What took points, to be named where a page fails.
    faults: CATEGORIES.flatMap((name) => lhr.categories[name].auditRefs
      .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null
        && lhr.audits[id].score < 0.9)
      .map(({ id }) => [lhr.audits[id].title, lhr.audits[id].displayValue]
        .filter(Boolean).join(": "))),
  };
}

/** Return what a page does not keep of what is promised. */
function broken(path, { scores, shift, bytes }) {
  return [
    ...CATEGORIES.map((name, n) => scores[n] < SCORE && `${name} is ${scores[n]}, not ${SCORE}`),
    shift >= SHIFT && `its parts move by ${shift.toFixed(3)}, not less than ${SHIFT}`,
    path.endsWith("rnn/") && bytes > CHAPTER && `it loads ${bytes} bytes, more than ${CHAPTER}`,
  ].filter(Boolean);
}

const HEAD = ["page", "perf", "a11y", "best", "SEO", "CLS", "LCP", "TBT", "KB gz"];
const row = (cells) => console.log(cells.map((cell, n) => n ? String(cell).padStart(8)
  : String(cell).padEnd(26)).join(""));

const server = await serve(folder, address);
const chrome = await chromeLauncher.launch({
  chromePath: process.env.CHROMIUM || undefined,
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic"],
});
const failures = [];
try {
  const { version } = JSON.parse(readFileSync(
    new URL("node_modules/lighthouse/package.json", import.meta.url)));
  console.log(`Lighthouse ${version}, its phone (4 times slower, 1.6 Mb/s), runs per page: ${runs}\n`);
  row(HEAD);
  for (const path of PAGES) {
    const found = [];
    for (let run = 0; run < runs; run++) found.push(await measure(address + path, chrome.port));
    found.sort((one, other) => one.scores[0] - other.scores[0]);
    const middle = found[Math.floor((found.length - 1) / 2)];
    row([path || "(home)", ...middle.scores, middle.shift.toFixed(3),
      `${(middle.paint / 1000).toFixed(2)} s`, `${Math.round(middle.blocked)} ms`,
      (middle.bytes / 1000).toFixed(0)]);
    const missed = broken(path, middle);
    if (missed.length) failures.push({ path, missed, faults: middle.faults });
  }
} finally {
  await chrome.kill();
  server.close();
}
for (const { path, missed, faults } of failures) {
  console.error(`\n${path || "(home)"}: ${missed.join("; ")}`);
  for (const fault of faults) console.error(`  → ${fault}`);
}
process.exitCode = failures.length ? 1 : 0;
