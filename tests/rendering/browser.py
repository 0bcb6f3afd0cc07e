"""Pages of HTML in headless Chromium: what scrolls, what axe-core finds, what lights up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rendering.katex import modules_with
from rendering.needs import missing

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_SCRIPT = r"""
const { readFileSync } = require("fs");
const { chromium } = require("playwright-core");
const { files, views, axe, executable } = JSON.parse(readFileSync(0, "utf8"));
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const look = () => {
  const wide = [];
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest("math, .display, .table, .result, .drawn")) continue;
    if (element.getBoundingClientRect().right > innerWidth + 1) wide.push(element.className || element.tagName);
  }
  const boxes = [...document.querySelectorAll(".display, .table, .result, .drawn")];
  const scrolling = boxes.filter((box) => box.scrollWidth > box.clientWidth + 1);
  return {
    scrolls: document.documentElement.scrollWidth > innerWidth, wide, scrolling: scrolling.map((box) => box.innerText),
    unreachable: scrolling.filter((box) => box.tabIndex !== 0).map((box) => box.innerText),
    flat: [...document.querySelectorAll("math")].filter((one) => !one.getBoundingClientRect().height).length,
  };
};
const pointed = async (page) => {
  const symbol = page.locator("main [data-q]").last();
  if (!(await symbol.count())) return null;
  const name = await symbol.getAttribute("data-q");
  await symbol.hover();
  const count = (selector) => page.locator(selector).count();
  const lit = await count(".lit"), alike = await count(`[data-q="${name}"]`);
  await page.keyboard.press("Escape");
  return { lit, alike, after: await count(".lit") };
};
(async () => {
  const browser = await chromium.launch({ executablePath: executable, args: quiet });
  const found = {};
  for (const [name, path] of Object.entries(files)) {
    found[name] = {};
    const page = await browser.newPage();
    const said = [], asked = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("request", (request) => asked.push(request.url()));
    await page.goto("file://" + path);
    const heard = said.slice();
    for (const { width, scheme } of views) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      const seen = { ...(await page.evaluate(look)), asked: asked.length, said: heard };
      if (axe) {
        seen.pointed = await pointed(page);
        await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
        const result = await page.evaluate(() => axe.run());
        seen.axe = result.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`);
      }
      found[name][`${width} ${scheme}`] = seen;
    }
    await page.close();
  }
  await browser.close();
  process.stdout.write(JSON.stringify(found));
})();
"""


def looked_at(
    pages: Mapping[str, str], folder: Path, views: Iterable[tuple[int, str]], *, axe: bool = False
) -> dict[str, dict[str, Any]]:
    """What is seen of each page in each view, `(width in pixels, "light" or "dark")`.

    `scrolls`: the page itself does; `wide` is what sticks out, `scrolling` the text of the boxes that scroll,
    `unreachable` of those that a keyboard cannot scroll; `flat` counts formulas of no height; `pointed` says how many
    symbols lit up, how many there are of that name, and how many are lit after Escape, and `axe` what axe-core finds
    (both with `axe`); `asked` counts requests, `said` is what the console says. Skips the test where there is no
    browser.
    """
    modules = modules_with("playwright-core", "chromium")
    executable = next((path for name in _CHROMIUM if (path := shutil.which(name))), None)
    if executable is None:
        missing("chromium", "there is no chromium")
    files = {}
    for number, (name, text) in enumerate(pages.items()):
        path = folder / f"{number}.html"
        path.write_text(text, encoding="utf-8")
        files[name] = str(path)
    wanted = [{"width": width, "scheme": scheme} for width, scheme in views]
    done = subprocess.run(
        ["node", "-e", _SCRIPT],
        input=json.dumps({"files": files, "views": wanted, "axe": axe, "executable": executable}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=900,
        check=False,
        env={**os.environ, "NODE_PATH": str(modules)},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found
