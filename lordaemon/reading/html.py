"""HTML of a reply to text: structure kept, struck-out and hidden words gone, quotes marked `>`.

Mail programs mark what they quote in their own ways; each way known is listed here. What is not
marked in the HTML is left to `quotes`, which looks at the words.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from lordaemon.reading.charset import clean
from lordaemon.reading.mime import TEXT_LIMIT

DEPTH_LIMIT = 200

_SKIPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object"})
_STRUCK = frozenset({"s", "strike", "del"})
_BLOCKS = frozenset(
    """address article aside blockquote body center div dd dl dt fieldset footer form h1 h2 h3 h4 h5
    h6 header li main nav ol p pre section table tbody tr ul""".split()  # noqa: SIM905
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|max-height\s*:\s*0",
    re.IGNORECASE,
)
_STRIKE_STYLE = re.compile(r"text-decoration[^;:]{0,10}:[^;]*line-through", re.IGNORECASE)
_INDENT_ONLY = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)
_TOP_BORDER = re.compile(r"border\s*:\s*none\s*;\s*border-top\s*:\s*solid", re.IGNORECASE)
_ATTRIBUTION_CLASSES = (
    "gmail_attr",
    "moz-cite-prefix",
    "protonmail_attribution",
    "yahoo_quoted_header",
)
_CONTAINERS = (
    "gmail_quote",
    "yahoo_quoted",
    "protonmail_quote",
    "zmail_extra",
    "gmail_extra",
    "tutanota_quote",
    "moz-forward-container",
    "WordSection-quote",
    "ms-outlook-mobile-reference-message",
    "cremed",
    "front-blockquote",
)
_QUOTE_IDS = (
    "OLK_SRC_BODY_SECTION",
    "yahoo_quoted",
    "isForwardContent",
    "replySplit",
    "mail-editor-reference-message-container",
    "reply-intro",
    "oriMsgHtmlSeperator",
)
_CUT_IDS = ("divRplyFwdMsg", "appendonsend", "stopSpelling", "x_divRplyFwdMsg")


def to_text(html: str) -> str:
    """The words a reader sees, one block a line; quoted blocks carry `> ` before every line."""
    tree = LexborHTMLParser(html[: TEXT_LIMIT * 2])
    root = tree.body or tree.root
    if root is None:
        return ""
    writer = _Writer()
    writer.walk(root)
    return writer.result()


class _Writer:
    """Collects lines while the tree is walked; `quoting` counts the quotes around."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.quoting = 0
        self.cut = False

    def result(self) -> str:
        self.flush()
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines))
        return clean(text).strip("\n")

    def flush(self, blank: bool = False) -> None:
        line = " ".join("".join(self.current).replace("\xa0", " ").split(" ")).strip()
        line = re.sub(r"[ \t]+", " ", line)
        self.current = []
        if line or blank:
            self.lines.append(f"> {line}".rstrip() if self.quoting or self.cut else line)

    def walk(self, root: LexborNode) -> None:
        # An explicit stack: the nesting is the sender's choice.
        stack: list[tuple[LexborNode | None, str]] = [(root, "")]
        while stack:
            node, closing = stack.pop()
            if node is None:
                self._close(closing)
                continue
            children, closing = self._open(node)
            if closing:
                stack.append((None, closing))
            stack.extend((child, "") for child in reversed(children))

    def _open(self, node: LexborNode) -> tuple[list[LexborNode], str]:
        tag = node.tag or ""
        if tag == "-text":
            self.current.append(re.sub(r"\s+", " ", node.text_content or ""))
            return [], ""
        if tag.startswith(("-", "!")) or tag in _SKIPPED or _invisible(node, tag):
            return [], ""
        if tag == "br":
            self.flush(blank=True)
            return [], ""
        if tag in ("td", "th"):
            self.current.append(" ")
        if tag == "hr":
            self.flush()
            self.lines.append("_" * 32 if not (self.quoting or self.cut) else "> ")
            return [], ""
        closing = ""
        if tag in _BLOCKS:
            self.flush()
            closing = "p" if tag in ("p", "ul", "ol", "table", "blockquote") else "block"
            if tag == "li":
                self.current.append("- ")
        if _starts_history(node):
            self.flush()
            self.cut = True
        elif _is_quote(node, tag):
            self.flush()
            self.quoting += 1
            closing = "quote"
        return list(node.iter(include_text=True)), closing

    def _close(self, closing: str) -> None:
        self.flush()
        if closing == "quote":
            self.quoting -= 1
        if closing == "p" and self.lines and self.lines[-1]:
            self.lines.append("")


def _invisible(node: LexborNode, tag: str) -> bool:
    if tag in _STRUCK:
        return True
    style = node.attributes.get("style") or ""
    hidden = "hidden" in node.attributes
    return hidden or bool(style and (_HIDDEN.search(style) or _STRIKE_STYLE.search(style)))


def _starts_history(node: LexborNode) -> bool:
    """Outlook's marks: everything after them, to the end of the mail, is older."""
    name = node.attributes.get("id") or ""
    if name.removeprefix("x_") in _CUT_IDS:
        return True
    style = node.attributes.get("style") or ""
    return bool(_TOP_BORDER.search(style)) and bool(
        re.match(r"\s*\S{1,12}\s?[:：]", node.text() or "")
    )


def _is_quote(node: LexborNode, tag: str) -> bool:
    attributes = node.attributes
    classes = attributes.get("class") or ""
    if tag == "blockquote":
        style = attributes.get("style") or ""
        cited = attributes.get("type") == "cite" or "quote" in classes or "cite" in attributes
        return cited or not _INDENT_ONLY.search(style)
    if any(name in classes for name in _ATTRIBUTION_CLASSES):
        return True
    if (attributes.get("id") or "").removeprefix("x_") in _QUOTE_IDS:
        return True
    if any(name in classes for name in _CONTAINERS):
        # Answers written between the quoted pieces stand inside the container: quote the pieces.
        return node.css_first("blockquote") is None
    return False
