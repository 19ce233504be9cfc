// Opens the web example in headless Chromium and does what a user does; what it saw, as JSON, is judged by test_web.cpp.
//   node drive.mjs PLAYWRIGHT_FOLDER CHROMIUM SITE_FOLDER SCREENSHOT.png DROPPED CHOSEN NO_PICTURE
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { basename, extname, join, normalize } from "node:path";
import { pathToFileURL } from "node:url";

const [playwright, executablePath, site, screenshot, dropped, chosen, no_picture] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(join(playwright, "index.mjs")));

const types = { ".html": "text/html", ".css": "text/css", ".mjs": "text/javascript", ".wasm": "application/wasm", ".txt": "text/plain" };

async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://x").pathname).replace(/\/$/, "/index.html");
    try {
      const body = await readFile(join(site, path));
      response.writeHead(200, { "Content-Type": types[extname(path)] ?? "application/octet-stream" }).end(body);
    } catch (error) {
      console.error(`${request.url}: ${error.message}`);
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

// A real drop has its files in a DataTransfer, which only the page can make.
async function drop(page, selector, path) {
  const bytes = (await readFile(path)).toString("base64");
  const transfer = await page.evaluateHandle(
    ([name, text]) => {
      const made = new DataTransfer();
      made.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
      return made;
    },
    [basename(path), bytes],
  );
  for (const event of ["dragenter", "dragover", "drop"]) await page.dispatchEvent(selector, event, { dataTransfer: transfer });
}

async function seen(page, name) {
  await page.locator("#message", { hasText: name }).waitFor();
  return {
    message: await page.locator("#message").textContent(),
    wrong: await page.locator("#message").evaluate((element) => element.classList.contains("wrong")),
    shown: await page.locator("#shown").isVisible(),
    labels: await page.locator("#classes li span:first-child").allTextContents(),
    classes: await page.locator("#classes li").evaluateAll((items) => items.map((item) => [Number(item.dataset.number), Number(item.dataset.value)])),
  };
}

const server = await serve(), origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"],
});
try {
  const page = await browser.newPage({ viewport: { width: 700, height: 900 } });
  const requests = [], errors = [];
  page.on("request", (request) => requests.push(request.url().replace(origin, "")));
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(origin);
  const report = { ready: (await seen(page, /Ready|can't/)).message };
  await drop(page, "#drop", dropped);
  report.dropped = await seen(page, basename(dropped));
  await page.screenshot({ path: screenshot });
  await page.setInputFiles("#file", chosen);
  report.chosen = await seen(page, basename(chosen));
  await drop(page, "#drop", no_picture);
  report.no_picture = await seen(page, basename(no_picture));
  await drop(page, "footer", dropped); // beside the field: the page stays
  report.still_there = await page.locator("#drop").isVisible();
  console.log(JSON.stringify({ ...report, requests, errors, browser: browser.version() }));
} finally {
  await browser.close();
  server.close();
}
