"""From a reply's own text to sentences, and from a sentence to plain words.

Both keys of `intent` read the same words, so that a phrase a person adds to the lexicon is
compared with exactly what the model sees. Spans stay exact: every sentence is a piece of the text
it came from, letter for letter, and can be quoted as evidence.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_BREAK = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|\s*\n\s*\n\s*|\s*[\n\r]+\s*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|drs|prof|mr|mrs|ms|st|jr|sr|vs|etc|dept|approx|no|fig|inc|e\.g|i\.e|u\.s|m\.d|ph\.d)"
    r"|\b[A-Z])\.$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?…:;,)\"']\s*$")
_GREETING = re.compile(
    r"(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|greetings|salut|hola|querid[oa])\b"
    r"[\w .'’-]{0,40}|[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+){0,2})\s*[,:!–—-]*",
)
_CLOSING = re.compile(
    r"(?:(?:with )?(?:many |my |very |all |kind(?:est)? |warm(?:est|ly)? |best |with )*"
    r"(?:regards|wishes|best|sincerely(?: yours)?|cheers|yours(?: truly| sincerely| faithfully)?"
    r"|respectfully|cordially|warmly|take care|xo+|sent from my [\w ]+)[\s,.!–—-]*)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[?!,;:()]|👍|🙂|😊|❤")
_TRANSLATE = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "–": "-"})
_WHOLE = {
    "can't": "can not", "cant": "can not", "cannot": "can not", "won't": "will not",
    "wont": "will not", "shan't": "shall not", "ain't": "is not", "dont": "do not",
    "didnt": "did not", "doesnt": "does not", "isnt": "is not", "wouldnt": "would not",
    "couldnt": "could not", "shouldnt": "should not", "havent": "have not", "hasnt": "has not",
    "wasnt": "was not", "im": "i am", "ive": "i have", "youre": "you are", "thats": "that is",
    "let's": "let us", "gonna": "going to", "wanna": "want to", "gotta": "got to", "u": "you",
    "ur": "your", "pls": "please", "plz": "please", "thx": "thanks", "tmrw": "tomorrow",
    "recs": "recommendations", "rec": "recommendation", "reco": "recommendation",
    "lors": "letters", "lor": "letter", "ltr": "letter", "y'all": "you all", "ok": "okay",
    "honoured": "honored", "honour": "honor", "favour": "favor", "favourable": "favorable",
    "ya": "you", "yeah": "yes", "yep": "yes", "yup": "yes", "shoulda": "should have",
    "'tis": "it is", "cuz": "because", "bc": "because", "w": "with", "tho": "though",
    "unfortunatly": "unfortunately", "recomendation": "recommendation",
}  # fmt: skip
_TAIL = (
    ("n't", " not"), ("'ll", " will"), ("'d", " would"), ("'m", " am"), ("'ve", " have"),
    ("'re", " are"),
)  # fmt: skip
_IS = frozenset(
    [
        "it",
        "that",
        "he",
        "she",
        "there",
        "here",
        "what",
        "who",
        "where",
        "how",
        "everything",
        "nothing",
    ]
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` stands in the reply letter for letter; `words` are what both keys read."""

    text: str
    words: tuple[str, ...]


def split(text: str) -> list[Sentence]:
    """The sentences of a reply's own text, without the greeting and the closing line.

    A line that runs on into the next (mail wrapped at 72 columns) stays one sentence.
    """
    found: list[Sentence] = []
    lines = [piece.strip() for piece in _pieces(text)]
    for at, line in enumerate(lines):
        if not line or (at == 0 and _is_greeting(line)) or _CLOSING.fullmatch(line):
            continue
        words = to_words(line)
        if words:
            found.append(Sentence(line, words))
    return found


def to_words(text: str) -> tuple[str, ...]:
    """Lower-case words with contractions written out; numbers become `0`."""
    plain = unicodedata.normalize("NFKC", text).translate(_TRANSLATE).lower()
    words: list[str] = []
    for word in _WORD.findall(plain):
        words.extend(_written_out(word).split(" "))
    return tuple(words)


def _written_out(word: str) -> str:
    if word.isdigit():
        return "0"
    if (whole := _WHOLE.get(word)) is not None:
        return whole
    for tail, written in _TAIL:
        if word.endswith(tail):
            return word[: -len(tail)] + written
    if word.endswith("'s"):
        return word[:-2] + (" is" if word[:-2] in _IS else " 's")
    return word


def _is_greeting(line: str) -> bool:
    return len(line) < 60 and _GREETING.fullmatch(line) is not None and not _says_something(line)


def _says_something(line: str) -> bool:
    return to_words(line)[0] in _ANSWERS


_ANSWERS = frozenset(
    [
        "yes",
        "no",
        "sure",
        "absolutely",
        "okay",
        "fine",
        "done",
        "happy",
        "glad",
        "gladly",
        "certainly",
        "definitely",
        "of",
        "sorry",
        "thanks",
        "thank",
        "great",
        "noted",
        "submitted",
        "uploaded",
        "maybe",
        "perhaps",
        "will",
        "would",
        "can",
        "never",
        "agreed",
    ]
)


def _pieces(text: str) -> list[str]:
    """Cut at sentence ends, blank lines, and line ends that aren't a wrap."""
    pieces: list[str] = []
    start = 0
    for cut in _BREAK.finditer(text):
        before = text[start : cut.start()]
        gap = cut.group()
        if "\n" not in gap and _ABBREVIATION.search(before):
            continue
        if "\n" in gap and gap.count("\n") == 1 and _wrapped(before, text[cut.end() :]):
            continue
        pieces.append(before)
        start = cut.end()
    pieces.append(text[start:])
    return pieces


def _wrapped(before: str, after: str) -> bool:
    line = before.rsplit("\n", 1)[-1]
    return (len(line) >= 45 and not _END.search(line)) or after[:1].islower()
