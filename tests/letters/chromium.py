"""A real Chromium for the digest: what a page measures, what it loads, and how it looks.

`python -m tests.letters.chromium FOLDER` draws every scene at three widths, light, dark and with
colours inverted by force, for looking at.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any, Literal

Scheme = Literal["light", "dark", "inverted"]
_SCHEMES: dict[Scheme, tuple[str, ...]] = {
    "light": ("--blink-settings=preferredColorScheme=1",),
    "dark": ("--blink-settings=preferredColorScheme=0",),
    "inverted": (
        "--blink-settings=preferredColorScheme=1",
        "--enable-features=WebContentsForceDark",
    ),
}
_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--disable-default-apps", "--disable-extensions",
)  # fmt: skip

_PROBE = """<script>
function channel(v) { return v <= 10.3 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4; }
function parse(c) { return (c.match(/[0-9.]+/g) || [0, 0, 0, 0]).map(Number); }
function light(c) {
  return 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
}
function ground(e) {
  for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c;
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
}
window.addEventListener("load", () => {
  const faint = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    const e = n.parentElement;
    if (!n.data.trim() || e.tagName === "SCRIPT" || !e.getClientRects().length) continue;
    const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    texts += 1;
    if (ratio < 4.5) faint.push([n.data.trim().slice(0, 40), Math.round(ratio * 100) / 100]);
  }
  const wide = [...document.body.querySelectorAll("*")]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)
    .map(e => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 30));
  const found = {
    inner: innerWidth, scroll: document.documentElement.scrollWidth, texts, faint, wide,
    dark: matchMedia("(prefers-color-scheme: dark)").matches, title: document.title,
    pwned: typeof window.pwned !== "undefined", height: document.documentElement.scrollHeight,
    taps: [...document.querySelectorAll("a.tap")].map(e => e.getBoundingClientRect().height),
  };
  parent.postMessage(JSON.stringify([NAME, found]), "*");
});
</script>"""

_HOST = """<!DOCTYPE html><meta name="color-scheme" content="light dark">
<style>iframe { border: 0; }</style><script>
addEventListener("message", e => {
  const out = document.createElement("pre");
  out.className = "found";
  out.textContent = e.data;
  document.documentElement.append(out);
});
</script>"""
"""A window can't be narrower than 500 px without a screenshot; a frame can."""


def chromium() -> str | None:
    """The browser's path, or None. In CI it has to be there."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    found = found or shutil.which("google-chrome")
    if found is None and os.environ.get("CI") == "true":
        raise RuntimeError("Chromium is missing in CI; install the package chromium")
    return found


def measure(
    pages: Mapping[str, str], width: int, scheme: Scheme = "light", extra: tuple[str, ...] = ()
) -> dict[str, dict[str, Any]]:
    """Load the pages side by side and report of each, by name: widths, contrast below 4.5:1, title,
    and whether anything ran in it."""
    with tempfile.TemporaryDirectory() as folder:
        frames = []
        for name, html in pages.items():
            probe = _PROBE.replace("NAME", json.dumps(name))
            page = Path(folder, f"{name}.html")
            page.write_text(html.replace("</body>", f"{probe}</body>"), encoding="utf-8")
            frames.append(f'<iframe src="{name}.html" style="width:{width}px;height:900px">')
        host = Path(folder, "host.html")
        host.write_text(_HOST + "</iframe>".join(frames), encoding="utf-8")
        wait = ("--dump-dom", "--virtual-time-budget=3000")
        done = _run(folder, host, width + 60, 960, scheme, (*wait, *extra))
    found = re.findall(r'<pre class="found">(.*?)</pre>', done, re.DOTALL)
    measured: dict[str, dict[str, Any]] = dict(json.loads(unescape(one)) for one in found)
    assert measured.keys() == pages.keys(), f"some page never finished loading: {done[:400]}"
    return measured


def picture(html: str, to: Path, width: int, scheme: Scheme = "light") -> None:
    """A screenshot of the whole page."""
    height = measure({"page": html}, width, scheme)["page"]["height"]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "digest.html")
        page.write_text(html, encoding="utf-8")
        _run(folder, page, width, height + 10, scheme, (f"--screenshot={to}",))


def _run(
    folder: str, page: Path, width: int, height: int, scheme: Scheme, what: tuple[str, ...]
) -> str:
    browser = chromium()
    assert browser is not None
    done = subprocess.run(
        [browser, *_QUIET, *_SCHEMES[scheme], f"--user-data-dir={folder}/profile",
         f"--window-size={width},{height}", *what, page.as_uri()],
        capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    return done.stdout


if __name__ == "__main__":
    from lordaemon.letters.digest import compose_digest_html
    from tests.letters.digest_views import SCENES

    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for name, scene in SCENES.items():
        for at_width in (1000, 375, 320):
            for in_scheme in _SCHEMES:
                shot = target / f"{name}-{at_width}-{in_scheme}.png"
                picture(compose_digest_html(scene()), shot, at_width, in_scheme)
                print(shot)
