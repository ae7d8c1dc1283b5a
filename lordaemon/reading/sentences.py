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
    r"(?:\b(?:dr|drs|prof|mr|mrs|ms|st|jr|sr|vs|etc|dept|approx|fig|inc|e\.g|i\.e|u\.s|m\.d|ph\.d)"
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
_DRAWN_OUT = re.compile(r"([a-hj-vx-z])\1{2,}", re.IGNORECASE)
"""A letter three times or more, as in "yesss"; "III" is a number, and "www" an address."""
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
    "yessir": "yes sir", "yah": "yes", "rgr": "roger", "lmk": "let me know",
    "lemme": "let me", "gimme": "give me", "prolly": "probably", "def": "definitely",
    "unfortunatly": "unfortunately", "recomendation": "recommendation",
}  # fmt: skip
_TAIL = (
    ("n't", "not"), ("'ll", "will"), ("'d", "would"), ("'m", "am"), ("'ve", "have"), ("'re", "are"),
)  # fmt: skip
_IS = frozenset(("it", "that", "he", "she", "there", "here", "what", "who", "where", "how"))


_USUAL_CAPITALS = """
    i i'm i'd i'll i've a eras cv ps lor dr drs prof professor mr mrs ms miss dear hi hello hey
    letter letters recommendation internal medicine family pediatrics surgery english step usmle
    md phd pi pd yes no ok okay sure happy glad of course absolutely certainly please send thank
    thanks sorry monday tuesday wednesday thursday friday saturday sunday january february march
    april may june july august september october november december sept oct nov dec jan feb mar
    apr jun jul aug mon tue wed thu fri sat sun god best good great you your my the this that it
    is will would can we he she they in on at to and or but so if when what who where how why
    done uploaded submitted not never also just consider count ask get try
"""
_CAPITALISED = frozenset(_USUAL_CAPITALS.split())


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
        greeting = at == 0 and len(lines) > 1 and _is_greeting(line)
        if not line or greeting or _CLOSING.fullmatch(line):
            continue
        words = to_words(line)
        if words:
            found.append(Sentence(line, words))
    return found


def to_words(text: str) -> tuple[str, ...]:
    """Lower-case words with contractions written out; numbers become `0`, names `@name`.

    A name is what is written with a capital inside a sentence and isn't a usual word.
    """
    plain = _DRAWN_OUT.sub(r"\1", unicodedata.normalize("NFKC", text).translate(_TRANSLATE))
    words: list[str] = []
    for number, word in enumerate(_WORD.findall(plain)):
        lower = word.lower()
        if number and word.istitle() and lower.removesuffix("'s") not in _CAPITALISED:
            if words[-1] != "@name":
                words.append("@name")
            continue
        words.extend(written_out(lower))
    return tuple(words)


def written_out(word: str) -> tuple[str, ...]:
    """A lower-case word without its contraction: "can't" is "can not", any number is "0"."""
    if word.isdigit():
        return ("0",)
    if (whole := _WHOLE.get(word)) is not None:
        return tuple(whole.split())
    if "'" not in word:
        return (word,)
    for tail, written in _TAIL:
        if word.endswith(tail):
            return (word[: -len(tail)], written)
    if word.endswith("'s"):
        return (word[:-2], "is" if word[:-2] in _IS else "'s")
    return (word,)


def _is_greeting(line: str) -> bool:
    if len(line) > 60 or line.endswith((".", "!", "?")) or _GREETING.fullmatch(line) is None:
        return False
    words = to_words(line)
    return bool(words) and words[0] not in _ANSWERS


_ONE_WORD_ANSWERS = """
    yes no sure absolutely okay fine done happy glad gladly certainly definitely of sorry thanks
    thank great noted submitted uploaded maybe perhaps will would can never agreed delighted
    affirmative totally naturally course approved granted honored pass declined nope unfortunately
    sadly received in def anytime roger deal ofc aye not possibly probably
"""
_ANSWERS = frozenset(_ONE_WORD_ANSWERS.split())


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
