"""How machines and people say "I am not here". A phrase book for `machine`."""

from __future__ import annotations

import re

from lordaemon.reading.marks import any_of

# how the subject of an automatic reply begins, as the mail programs of each language write it
SUBJECT = re.compile(
    r"^\W*(?:\[[^\]]{1,30}\]\s*)?"
    + any_of((
        r"\[?auto(?:mat(?:ic|ed))?[- ]?(?:reply|response|responder)\b", r"auto\s?:", "autosvar",
        r"autoreply\b", r"out[\s-]of[\s-](?:the[\s-])?office", r"ooo\b", r"oof\b",
        r"away (?:from|until|on)\b", r"vacation (?:reply|response|message|notice)",
        r"(?:on )?(?:annual|maternity|paternity|parental|medical|sabbatical) leave\b",
        r"on (?:vacation|holiday|leave|sabbatical)\b",
        r"i['\u2019]?\s?a?m (?:currently )?(?:out|away|on (?:leave|vacation|holiday))\b",
        "automatische? (?:antwort|antwoord|beantwoording)", r"abwesen(?:d|heit)\w*", "afwezig",
        "automatisch antwoord", "réponse automatique", "absence du bureau", r"absente?\b",
        "absence :", "respuesta automática", "respuesta automatica", "fuera de (?:la )?oficina",
        "resposta automática", "fora do escritório", r"ausência\b", r"ausente\b",
        "risposta automatica", "fuori (?:sede|ufficio)", "automatiskt? (?:svar|meddelande)",
        "frånvaro", r"frav[æe]r\w*", r"poissaolo\w*", "automaattinen vastaus",
        r"autom\w* odpowied[źz]", "odpowied[źz] automatyczna", r"nieobecno\w*", "автоответ",
        "автоматический ответ", "отсутств", "автоматична відповідь", "自动回复", "自動回覆",
        "自動返信", "自動応答", "不在", r"자동\s?회신", "부재", r"자동\s?응답",
        "otomatik (?:yanıt|cevap)", "automatická odpověď", "automatikus válasz", "αυτόματη",
        "răspuns automat", "رد تلقائي", "تلقائي", "מענה אוטומטי", "trả lời tự động",
    )),
    re.IGNORECASE,
)  # fmt: skip
SUBJECT_WITHIN = re.compile(
    r"\bis (?:currently )?out of (?:the )?office\.?$|\((?:out of office|away|ooo)\)|\babsent\b"
    r"|\bautoresponse\b|\bis no longer (?:with|at)\b|\bmailbox closed\b"
    r"|^i(?: have|['\u2019]ve) retired",
    re.IGNORECASE,
)

# a subject an office's ticket system writes
_TICKET_WORD = any_of(("ticket", "case", "request", "ref", "req", "sr", "inc"))
_TAKEN_IN = any_of(("created", "opened", "received", "logged", "routed", "registered"))
TICKET_SUBJECT = re.compile(
    rf"^\W*(?:\[?#?{_TICKET_WORD}\b\W{{0,3}}#?[\w-]*\d[\w-]*|\[#\d+\])"
    r"|\b(?:we (?:have )?(?:received|got) your|thank you for contacting)"
    rf"|\byour (?:request|message|e-?mail) (?:has been|was) {_TAKEN_IN}"
    rf"|\b(?:case|ticket|request) \S+ (?:has been |was )?{_TAKEN_IN}",
    re.IGNORECASE,
)
TICKET = re.compile(
    any_of((
        "ticket (?:number|#|no)", "(?:assigned|logged under|case) (?:ticket )?(?:number|#)",
        rf"your (?:request|message|e-?mail) .{{0,40}}(?:has been|was) {_TAKEN_IN}",
        "(?:do not|don['\u2019]t) reply to this (?:e-?mail|message)", "unattended mailbox",
        "automated (?:confirmation|status|acknowledge|notification)", "case has been opened",
        "will (?:get back|respond|reply) .{0,30}within", "within \\d+(?:-\\d+)? business days",
        "approved senders", "verify (?:that )?you", "we received your e-?mail",
    )),
    re.IGNORECASE,
)  # fmt: skip

# the machine says so itself, or nobody reads the mailbox it stands for
_MACHINE_MADE = any_of(("response", "reply", "message", "e-?mail", "note"))
_IS_NOT = any_of(("is not", "isn['\u2019]t", "is no longer", "is not being", "isn['\u2019]t being"))
CONFESSED = re.compile(
    any_of((
        rf"this is an? auto(?:mat(?:ed|ic))?[- ]?{_MACHINE_MADE}", "- auto-?reply\\s*$",
        rf"{_MACHINE_MADE} (?:was|is) (?:generated )?automatic(?:ally)?(?: generated)?",
        "this is my (?:vacation|auto)[- ]?responder", "this note goes out to every",
        "this is my robot", "the machine talking", "automatisch (?:generiert|erstellt)",
        "dies ist eine automatische", "réponse automatique", "respuesta automática",
        "resposta automática", "risposta automatica", "自动回复", "自動返信", "自動送信",
        rf"(?:mailbox|account|inbox|address) {_IS_NOT} (?:monitored|checked|read|active|in use)",
        "(?:mailbox|account) has (?:been )?(?:retired|closed|moved)",
        "(?:messages?|e-?mails?) (?:is|are|was|were|will) not (?:be |being )?forwarded",
        "\\A\\W*(?:out of (?:the )?office|ooo)\\b",
    )),
    re.IGNORECASE | re.MULTILINE,
)  # fmt: skip

# somebody is away: alone no proof, people write so too
_LEAVE = any_of((
    "leave", "vacation", "holidays?", "sabbatical", "pto", "call", "service", "nights",
))  # fmt: skip
_PLACE = any_of((
    "office", "desk", "e?-?mail", "hospital", "clinic", "town", "country", "computer",
))  # fmt: skip
AWAY = re.compile(
    r"\b"
    + any_of((
        rf"(?:out of|away from) (?:the |my )?{_PLACE}\b", rf"on (?:\w+ ){{0,2}}{_LEAVE}\b",
        "(?:am|is|be|i['\u2019]m) (?:currently )?(?:away|abroad|offline|off the grid)\\b",
        "(?:am|is|be|i['\u2019]m) (?:currently )?travel(?:l)?ing\\b",
        "out (?:until|through|till)\\b",
        "(?:no|little|limited|intermittent|without) (?:access|e-?mail|internet|phone)\\b",
        "(?:slow|unable) to respond", "answers? will be slow", "not (?:be )?(?:checking|reading)",
        "stepped away from", "field season", "at (?:a|the) (?:\\w+ )?(?:conference|congress)",
        "bin (?:\\S+ ){0,6}nicht (?:im|in|erreichbar)", "abwesend", "im urlaub",
        "(?:suis|serai) (?:actuellement )?(?:absente?|en congé)", "en congés?", "de vacaciones",
        "fuera de (?:la|mi) oficina", "fuera del? \\w+", "de férias", "fora do", "fuori ufficio",
        "assente", "in ferie", "afwezig", "op vakantie", "på semester", "på ferie",
        "ikke på kontoret", "na urlopie", "nieobecn", "в отпуске", "отсутству", "yıllık izin",
        "izindeyim", "lomalla", "休暇", "不在", "出差", "休假", "부재중", "إجازة", "till the \\d",
    )),
    re.IGNORECASE,
)  # fmt: skip

# what an automatic reply says besides being away: to nobody in particular
_STAFF = any_of((
    "assistant", "secretary", "coordinator", "office", "colleagues?", "fellow", "clinic", "unit",
    "ward", "operator", "secretariat", "department", "team",
))  # fmt: skip
GENERIC = (
    re.compile(
        r"\A\W*(?:hello|hi)?\W*(?:thank you|thanks) for (?:your |the |writing|contact)", re.I
    ),
    re.compile(
        r"\burgent|\bemergenc|\bimmediate assistance|\burgence|\bdringend|\bcan['\u2019]?t wait|"
        rf"\b(?:please |kindly )?(?:contact|call|page|reach)\b[^.\n]{{0,60}}\b{_STAFF}\b|"
        rf"\b{_STAFF}\b[^.\n]{{0,60}}\b(?:be reached|is covering)|\bis covering\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:upon|on|after|when i|until) (?:my )?return\b|\bthereafter\b|\bin order of arrival\b|"
        r"\bwhen i['\u2019]?\s?a?m back\b|\bwhen i get back\b"
        r"|\b(?:will|shall) (?:respond|reply|answer) (?:to (?:all|every|your)|as soon|when)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:everyone else|everybody|all (?:e-?)?mails?"
        r"|if you['\u2019]?\s?a?re (?:an?|seeing|reading))\b",
        re.IGNORECASE,
    ),
)

# the mailbox's owner has left for good
_EMPLOYED = any_of((
    "employed", "with", "at", "working", "work", "affiliated", "an? employee", "here",
))  # fmt: skip
_HAS = any_of(("have", "has", "['\u2019]ve", "['\u2019]s"))
LEFT = re.compile(
    any_of((
        rf"\bno longer {_EMPLOYED}\b", rf"{_HAS} (?:now |recently )?retired",
        rf"{_HAS} (?:now |recently )?left (?:the|this|my|our|(?-i:[A-Z]))",
        "mailbox (?:has been|is) (?:retired|closed)", "(?:enjoy|in) retirement",
        "\\bi['\u2019]?\\s?a?m retired", "account has (?:moved|been closed)",
        "account is no longer (?:monitored|active|in use)",
        "nicht mehr (?:für|in|an|bei) \\w+ tätig",
        "ausgeschieden", "ne (?:travaille|fait) plus", "ya no (?:trabajo|trabaja|pertenece)",
        "não (?:trabalho|trabalha) mais", "non (?:lavoro|lavora) più", "niet meer werkzaam",
        "arbetar inte längre", "больше не работа", "już nie pracuj",
    )),
    re.IGNORECASE,
)  # fmt: skip

# a greeting with a name in it: somebody writes to one person
PERSONAL_GREETING = re.compile(
    r"^\W*(?:(?i:dear|hi|hello|hey|good (?:morning|afternoon|evening))[ ,]+|(?=[A-Z][a-z]+, \w))"
    r"(?!(?i:all|there|every\w*|sender|friends?|colleagues?|team|folks|students?|sir|madam|you|and|i"
    r"|this|thanks|thank|hello|hi|hey|sorry|unfortunately|currently)\b)"
    r"(?:(?i:dr|mr|ms)\.? )?[A-Z][\w'\u2019-]+"
)
# an answer to what was asked: then it is the person, away or not
ANSWER = re.compile(
    any_of((
        "(?:happy|glad|delighted|honou?red|pleased|willing|love) to (?:write|do|support|help)",
        "able to (?:write|do it|support)",
        "(?:i['\u2019]?ll|i will|i could|i would|i['\u2019]?d|i can) (?:gladly )?(?:write|do it)",
        "\\bi (?:can['\u2019]?t|cannot|can not|am unable|won['\u2019]?t)\\b",
        "(?:your|the|this|that) (?:letter|lor|recommendation|reference|request|sloe)\\b",
        "\\b(?:recommend you|write (?:you|one|it)|count me in|of course|decline)\\b",
        "\\b(?:uploaded|submitted|congratulations|congrats)\\b", "not taking on",
        "\\byour (?:cv|personal statement|materials|application)\\b", "\\bgood luck\\b",
    )),
    re.IGNORECASE,
)  # fmt: skip
