"""Lines of a reply that say nothing: signature, mobile footer, disclaimer, warning banner.

Careful by intent: a line is dropped because it looks like a signature, never only because it
stands below one, since a change of mind in a postscript is what must not be lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_DELIMITER = re.compile(r"^\s*(?:--|—|––|_{2,4})\s*$")
_POSTSCRIPT = re.compile(
    r"(?i)^\s*(?:p\.?\s?p?\.?\s?s\b|ps\d?\b|n\.?b\b|post ?script|edit\b|update\b|one more thing)"
)
_MOBILE = re.compile(
    r"(?i)^\s*[\[(*_]*(?:sent (?:from|via|with|by|using) (?:my |the |an? )?(?:[\w'\u2019.-]+ ?){1,8}"
    r"|sent (?:securely )?(?:on the go|while mobile)|get outlook for \S.{0,30}|(?:envoyé|enviado|inviato|verstuurd|skickat|sendt|gesendet|"
    r"lähetetty|wysłane|odesláno|отправлено|надіслано|発信|发自|發自|από)\b.{0,60}"
    r"|von meinem .{1,40} gesendet|diese nachricht wurde von .{1,60}|(?:please )?(?:excuse|forgive|pardon|apologies for|sorry for) (?:any |the |my )?"
    r"(?:brevity|typos?|errors?|spelling|mistakes|auto ?correct|terseness|thumbs?)\b.{0,60}"
    r"|(?:typed|dictated|transcribed|written|composed) (?:on|with|by|using|via) .{0,60}|thumb-?typed.{0,40}|yahoo mail: .{0,60})[\])*_.!]*\s*$"
)
_CLOSING = re.compile(
    r"(?i)^\s*(?:(?:many|with|best|kind(?:est)?|warm(?:est)?|very|my|all|in|yours|most|and|the|again|"
    r"thanks|thank you|cheers|regards|wishes|best|sincerely|truly|faithfully|respectfully|cordially|warmly|"
    r"gratefully|fondly|gratitude|appreciation|take care|xo+|v/r|r/|ciao|talk soon|so much|"
    r"mit|freundlichen?|(?:liebe|viele|herzliche|beste|schöne|schone)[nrs]?|gr(?:ü|ue)(?:ß|ss)en?|mfg|lg|vg|hochachtungsvoll|"
    r"cordialement|bien|à vous|a vous|sinc[èe]rement|amicalement|salutations|meilleures|"
    r"saludos|cordiales|un saludo|un abrazo|atentamente|atenciosamente|abra[çc]os?|cumprimentos|"
    r"cordiali|saluti|distinti|met|vriendelijke|hartelijke|groet(?:en)?|"
    r"(?:med|vänliga|venlig|vennlig|hilsen|hälsningar|mvh)|pozdrawiam|с уважением|terveisin|敬具|此致|敬礼)[\s,.!–—-]*){1,6}$"
)
_CREDENTIAL = re.compile(
    r"\b(?:M\.?D\.?|D\.?O\.?|Ph\.?\s?D\.?|M\.?P\.?H\.?|M\.?B\.?B\.?S\.?|M\.?S\.?c?|MHS|MBA|FAC[A-Z]{1,3}|FAAFP|FRCP\w?|FAAN|FAAP|R\.?N\.?|"
    r"[Pp]rof(?:essor|\.)?|[Cc]hief|[Cc]hair(?:man|woman|person)?|[Dd]irector|[Dd]ean|[Dd]epartment|[Dd]ivision|[Ss]ection|"
    r"[Uu]niversit\w+|[Hh]ospital|[Ss]chool|[Cc]ollege|[Cc]linic|[Cc]ent(?:er|re)|[Ii]nstitute|[Cc]oordinator|[Aa]ttending|"
    r"[Aa]ssistant|[Aa]ssociate|[Cc]linical|[Mm]edicine|[Ff]aculty|[Cc]lerkship|[Rr]esidency|[Pp]rogram|"
    r"[Pp]ronouns?|she/her|he/him|they/them|[Oo]ffice|[Pp]ager?|[Ff]ax|[Pp]hone|[Tt]el|[Cc]ell|[Mm]obile|[Ss]uite|[Ff]loor|[Rr]oom|P\.?O\.? Box)\b"
)
_CONTACT = re.compile(
    r"(?i)(?:\+?\(?\d[\d\s().\-/]{7,}\d|\b[\w.+-]+@[\w-]+\.[\w.-]+|https?://\S+|\bwww\.\S+|\b(?:[tfmpoc]|tel|ph|fax|cell|office|pager?)\s*[:.]\s*[+(\d]"
    r"|^\s*\d{1,5}\s+[\w .]+\b(?:st|street|ave|avenue|blvd|road|rd|drive|dr|way|plaza|lane)\b|\b[A-Z]{2}\s+\d{5}\b)"
)
_SENTENCE_WORD = re.compile(
    r"(?i)\b(?:i|i'm|i'll|i'd|i've|we|you|your|my|me|it|this|that|can|can't|cannot|will|won't|would|could|should|is|are|was|am|not|no|yes|"
    r"please|sorry|let|need|send|happy|glad|sure|if|but|when|before|after|until)\b|[!?]"
)
_DISCLAIMER = re.compile(
    r"(?i)confidentiality (?:notice|note|statement)|privileged (?:and|or|&) confidential|confidential (?:and|or) (?:privileged|proprietary|protected)"
    r"|\b(?:this|the) (?:e-?mail|message|communication|transmission|information)\b[^.]{0,160}\b(?:confidential|intended (?:only|solely|for|recipient)|privileged|may contain)"
    r"|if you (?:are not|have received) (?:the|this)[^.]{0,60}(?:intended|addressee|in error|by mistake)|intended recipient|unauthorized (?:review|use|disclosure)"
    r"|(?:protected|individually identifiable) health information|please consider the environment|think before you print|virus[- ]free|scanned (?:for|by) .{0,30}(?:virus|malware)"
    r"|\bemail (?:is not|may not be) (?:a )?secure|the information (?:contained|transmitted) (?:in|is)|diese e-?mail (?:enthält|kann|ist)|vertrauliche|"
    r"ce (?:message|courriel|mail)[^.]{0,80}confidentiel|este (?:mensaje|correo|e-?mail)[^.]{0,80}confidencial|esta mensagem[^.]{0,80}confidencia|"
    r"(?:il|questo) (?:presente )?messaggio[^.]{0,80}(?:riservat|confidenzial)|avg\.com|avast\.com|unsubscribe|opt[- ]out of"
)
_BANNER = re.compile(
    r"(?i)^\W*(?:\[?(?:external|ext|outside)(?: (?:e-?mail|sender|message|mail))?\]?\W*$|(?:caution|warning|attention|notice|alert|external|achtung|vorsicht|think|stop|be careful)\b[^\n]{0,200}"
    r"\b(?:extern|outside|originat|do not click|don't click|unknown sender|links? or (?:open )?attach|organi[sz]ation)"
    r"|this (?:e-?mail|message|sender) (?:originated|is|was|came|has been)[^\n]{0,60}(?:outside|external)|external (?:e-?mail|sender|message)\b"
    r"|you don['\u2019]t often (?:get|receive) e?-?mail from|some people who received this message|learn why this is important|do not click (?:on )?(?:any )?links"
    r"|use caution (?:when|with|opening)|\[?external\]?\s*[:*-])"
)
_BANNER_PREFIX = re.compile(
    r"(?i)^\s*(?:\[(?:external|ext|caution|external e-?mail|ext e-?mail|outside)[^\]]{0,40}\]|\*+\s*external[^*]{0,40}\*+)\s*[:-]?\s*"
)


def furniture(lines: Sequence[str], own: Sequence[bool], writer_name: str = "") -> list[bool]:
    """For every line, whether it is signature, footer, disclaimer or banner. Only `own` counts."""
    marks = [False] * len(lines)
    names = _names(writer_name)
    for block in _blocks(lines, own):
        _mark_banners(lines, block, marks)
        _mark_disclaimers(lines, block, marks)
        for index in block:
            marks[index] = marks[index] or bool(_MOBILE.match(lines[index]))
        _mark_signature(lines, [i for i in block if not marks[i]], marks, names)
    return marks


def without_banner(line: str) -> str:
    """A line without the "[EXTERNAL]" a mail server wrote in front of it."""
    return _BANNER_PREFIX.sub("", line)


def _blocks(lines: Sequence[str], own: Sequence[bool]) -> list[list[int]]:
    """Runs of own lines, cut where quoted lines stand between; blank lines left out."""
    blocks: list[list[int]] = [[]]
    for index, line in enumerate(lines):
        if not own[index]:
            blocks.append([])
        elif line.strip():
            blocks[-1].append(index)
    return [block for block in blocks if block]


def _paragraph(lines: Sequence[str], block: list[int], index: int) -> list[int]:
    """The lines of the block in one piece with `index`, downwards."""
    end = index
    while end + 1 in block and lines[end + 1].strip():
        end += 1
    return list(range(index, end + 1))


def _mark_banners(lines: Sequence[str], block: list[int], marks: list[bool]) -> None:
    for index in block:
        if marks[index] or not _BANNER.match(lines[index]):
            continue
        marks[index] = True
        # The banner's other lines, as long as they go on warning.
        for after in _paragraph(lines, block, index)[1:]:
            if not re.search(
                r"(?i)click|attach|sender|link|extern|caution|recogni|safe|phish|IT |security",
                lines[after],
            ):
                break
            marks[after] = True


def _mark_disclaimers(lines: Sequence[str], block: list[int], marks: list[bool]) -> None:
    for index in block:
        if marks[index] or not _DISCLAIMER.search(lines[index]):
            continue
        if index == block[0] and len(lines[index].split()) < 12:
            continue
        for line in _paragraph(lines, block, index):
            marks[line] = True
        # A title ("CONFIDENTIALITY NOTICE" in a line of its own) or ruler just above goes with it.
        if index - 1 in block and re.fullmatch(r"\W*|[A-Z\s]{6,40}:?", lines[index - 1]):
            marks[index - 1] = True


def _mark_signature(
    lines: Sequence[str], block: list[int], marks: list[bool], names: frozenset[str]
) -> None:
    closed = False
    for position, index in enumerate(block):
        line = lines[index]
        if _DELIMITER.match(line):
            marks[index] = True
            if position or len(block) > 1:
                for after in block[position + 1 :]:
                    if _POSTSCRIPT.match(lines[after]):
                        break
                    marks[after] = True
                else:
                    return
            continue
        if marks[index]:
            continue
        if _CLOSING.match(line):
            # Thanks alone is an answer of a kind ("Thanks!"): kept unless it closes something.
            closed = closed or position > 0
            marks[index] = position > 0
        elif position and _is_name(line, names):
            closed = True
            marks[index] = True
        elif closed or (position and _speaks_of_office(line)):
            marks[index] = _looks_like_signature(line)
            closed = closed or marks[index]


def _names(writer_name: str) -> frozenset[str]:
    found = re.findall(r"[^\W\d_]{2,}", writer_name.lower())
    return frozenset(
        n for n in found if n not in ("dr", "prof", "professor", "md", "phd", "mr", "mrs", "ms")
    )


def _is_name(line: str, names: frozenset[str]) -> bool:
    """The writer's name or initials in a line of their own, with or without letters after it."""
    text = re.sub(r"^[\s~—–*-]+", "", line).strip().rstrip(".,;")
    said = re.findall(r"[^\W\d_]+", text.lower())
    if not said or len(said) > 9 or not names:
        return False
    if len(said) == 1 and len(said[0]) <= 3 and said[0] not in ("yes", "no", "ok"):
        initials = sorted(name[0] for name in names)
        return text.isupper() and sorted(said[0])[: len(initials)] == initials[: len(said[0])]
    others = [w for w in said if w not in names and len(w) > 1]
    if not set(said) & names:
        return False
    return not others or (bool(_CREDENTIAL.search(text)) and not _SENTENCE_WORD.search(text))


def _speaks_of_office(line: str) -> bool:
    return bool(
        (_CREDENTIAL.search(line) or _CONTACT.search(line)) and len(line.split()) <= 12
    ) and not (_SENTENCE_WORD.search(line) or re.search(r"[.!?]\s*$", line))


def _looks_like_signature(line: str) -> bool:
    if _POSTSCRIPT.match(line):
        return False
    if _CONTACT.search(line) and not _SENTENCE_WORD.search(_CONTACT.sub(" ", line)):
        return True
    if _SENTENCE_WORD.search(line):
        return False
    count = len(line.split())
    return count <= 6 or (count <= 14 and bool(_CREDENTIAL.search(line)))
