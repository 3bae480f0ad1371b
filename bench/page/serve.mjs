// The built site on this machine, as a host of static files serves it.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
};
const PACKED = new Set([".png", ".woff2"]);  // nothing is gained by another turn
const compress = promisify(gzip);

/** Serve a folder at an address of this machine; return the server, listening. */
export async function serve(folder, address) {
  const { hostname, port, pathname } = new URL(address);
  const server = createServer(async (request, response) => {
    const asked = decodeURIComponent(new URL(request.url, address).pathname);
    const inside = asked.startsWith(pathname) ? asked.slice(pathname.length) : "404.html";
    let name = normalize(`/${inside}`), status = 200, body;
    if (name.endsWith("/")) name += "index.html";
    try {
      body = await readFile(join(folder, name));
    } catch {
      [name, status, body] = ["404.html", 404, await readFile(join(folder, "404.html"))];
    }
    const kind = extname(name);
    const headers = {
      "Content-Type": TYPES[kind] ?? "application/octet-stream",
      "Cache-Control": "max-age=600",
      "Vary": "Accept-Encoding",
    };
    if (!PACKED.has(kind) && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) {
      headers["Content-Encoding"] = "gzip";
      body = await compress(body, { level: 6 });
    }
    response.writeHead(status, { ...headers, "Content-Length": body.length });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise((resolve, reject) => server.on("error", reject).listen(port, hostname, resolve));
  return server;
}
