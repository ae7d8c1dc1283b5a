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
        "自動返信", "自動応答", "不在", "자동\\s?회신", "부재", "자동\\s?응답", "otomatik (?:yanıt|cevap)",
        "automatická odpověď", "automatikus válasz", "αυτόματη", "răspuns automat", "رد تلقائي",
        "تلقائي", "מענה אוטומטי", "trả lời tự động",
    )),
    re.IGNORECASE,
)  # fmt: skip
SUBJECT_WITHIN = re.compile(
    r"\bis (?:currently )?out of (?:the )?office\.?$|\((?:out of office|away|ooo)\)|\babsent\b"
    r"|\bautoresponse\b|\bis no longer (?:with|at)\b",
    re.IGNORECASE,
)

# a subject an office's ticket system writes
TICKET_SUBJECT = re.compile(
    r"^\W*(?:\[?#?(?:ticket|case|request|ref|req|sr|inc)\b\W{0,3}#?[\w-]*\d[\w-]*|\[#\d+\])"
    r"|\b(?:we (?:have )?(?:received|got) your|thank you for contacting|your (?:request|message|e-?mail)"
    r" (?:has been|was) received|(?:case|ticket|request) \S+ (?:has been )?(?:created|opened|received))",
    re.IGNORECASE,
)
TICKET = re.compile(
    any_of((
        r"ticket (?:number|#|no)", r"(?:assigned|logged under|case) (?:ticket )?(?:number|#)",
        r"your (?:request|message|e-?mail) (?:has been|was) (?:received|logged|created|routed)",
        r"(?:do not|don['\u2019]t) reply to this (?:e-?mail|message)", "unattended mailbox",
        r"(?:this is an )?automated (?:confirmation|status|acknowledge|notification)",
        r"member of (?:our|the) .{0,60}will (?:get back|respond|reply)", "case has been opened",
        r"within \d+(?:-\d+)? business days", "approved senders", "verify (?:that )?you",
    )),
    re.IGNORECASE,
)  # fmt: skip

# the machine says so itself
SELF_CONFESSED = re.compile(
    any_of((
        r"this is an auto(?:mat(?:ed|ic))?[- ]?(?:response|reply|message|e-?mail|status)",
        r"auto-?(?:reply|response|responder)\b", "vacation responder", "this note goes out to every",
        r"(?:reply|response|message) (?:was|is) (?:generated )?automatic(?:ally)?(?: generated)?",
        r"(?:this|here) is (?:my robot|the machine)", "the machine talking", "this is my robot",
        "automatisch (?:generiert|erstellt)", "réponse automatique", "respuesta automática",
        "resposta automática", "risposta automatica", "自动回复", "自動返信", "自動送信",
        r"\bout of office\b", r"\booo\b", "dies ist eine automatische",
    )),
    re.IGNORECASE,
)  # fmt: skip

# somebody is away: alone no proof, people write so too
AWAY = re.compile(
    r"\b"
    + any_of((
        r"(?:out of|away from) (?:the |my )?(?:office|desk|mail|e-?mail|hospital|clinic|town|country)",
        r"on (?:\w+ )?(?:leave|vacation|holiday|holidays|sabbatical|pto)\b", "limited access",
        r"(?:no|little|limited|intermittent|sporadic|without) (?:access to )?(?:e-?mail|internet)",
        r"(?:am|is|be|i['\u2019]m) (?:currently )?(?:away|travel(?:l)?ing|abroad|off the grid|offline)",
        r"slow to respond", "answers? will be slow", "not (?:be )?(?:checking|reading|monitor)",
        r"(?:i will|i['\u2019]ll) (?:respond|reply|answer|get back|be returning|return)\b",
        r"(?:upon|on|after|when i|until) (?:my )?return", r"back (?:in (?:the )?(?:office|clinic)|on)\b",
        "(?:is|are) (?:not|no longer) (?:being )?monitored", "not monitored", "stepped away from e",
        "field season", r"(?:on|attending on(?: the)?) (?:inpatient )?(?:service|nights) ",
        r"at (?:a|the) (?:conference|congress|meeting)", r"bin (?:\S+ ){0,6}nicht (?:im|in)",
        "nicht (?:im (?:büro|hause|dienst)|erreichbar)", r"abwesend", r"im urlaub", r"nicht weitergeleitet",
        r"(?:suis|serai) (?:actuellement )?(?:absente?|en congé)", "en congés?", "fuera de (?:la|mi) oficina",
        r"fuera del? \w+", "de vacaciones", "de férias", "fora do", "fuori ufficio", r"assente\b",
        "in ferie", r"afwezig", "op vakantie", "på semester", "på ferie", "ikke på kontoret",
        r"na urlopie", r"nieobecn", "в отпуске", "отсутству", "yıllık izin", "izindeyim",
        "lomalla", "休暇", "不在", "出差", "休假", "부재중", "إجازة",
    )),
    re.IGNORECASE,
)  # fmt: skip

# the mailbox's owner has left for good
LEFT = re.compile(
    any_of((
        r"no longer (?:employed|with|at|working|work|affiliated|an? employee|here|in (?:the|this|my))",
        r"(?:have|has|['\u2019]ve|['\u2019]s) (?:now |recently )?left (?:the|this|my|our|[A-Z])",
        r"(?:have|has) (?:now |recently )?retired", r"mailbox (?:has been|is) (?:retired|closed)",
        r"(?:enjoy|in) retirement", r"i['\u2019]?\s?a?m retired", "account has (?:moved|been closed)",
        r"mailbox (?:is|are|isn['\u2019]t|is not|is no longer) (?:being )?(?:no longer )?monitored",
        r"account is no longer (?:monitored|active|in use)", "nicht mehr (?:im|am|bei|für|in|tätig)",
        r"ausgeschieden", r"ne (?:travaille|fait) plus", r"ya no (?:trabajo|trabaja|pertenece)",
        r"não (?:trabalho|trabalha) mais", r"non (?:lavoro|lavora) più", "niet meer werkzaam",
        "arbetar inte längre", "больше не работа", "nie pracuj",
    )),
    re.IGNORECASE,
)  # fmt: skip

# a greeting with a name in it: somebody writes to one person
PERSONAL_GREETING = re.compile(
    r"^\W*(?:dear|hi|hello|hey|good (?:morning|afternoon|evening))[ ,]+"
    r"(?!all|there|every|sender|friend|colleague|team|folks|student|sir|madam|you|and|i\b|this|my\b)"
    r"(?:dr\.? |mr\.? |ms\.? )?[A-Z][\w'\u2019-]+",
)
# an answer to what was asked: then it is the person, away or not
ANSWER = re.compile(
    any_of((
        r"(?:happy|glad|delighted|honou?red|pleased|willing|able|love) to (?:write|do|support|help|be)",
        r"(?:i['\u2019]?ll|i will|i can(?:no|['\u2019])?t?|i could|i would|i['\u2019]?d) (?:gladly |not )?(?:write|do it|support)",
        r"(?:your|the|a|this|that) (?:letter|lor|recommendation|reference|request|slo[er])\b",
        r"\b(?:recommend you|for you|write (?:you|one|it)|count me in|of course|i decline|i must decline)\b",
        r"\b(?:uploaded|submitted)\b", "congratulations", r"\byour (?:cv|personal statement|materials)\b",
    )),
    re.IGNORECASE,
)  # fmt: skip
