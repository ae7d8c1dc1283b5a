"""What stands around the words of a mail: closings, mobile footers, disclaimers, banners.

A phrase book like `marks`; `signature` decides what is dropped.
"""

from __future__ import annotations

import re

from lordaemon.reading.marks import any_of

# words a closing line is made of; a line of nothing else closes a letter
CLOSING_WORDS = any_of((
    "many", "with", "best", "kind(?:est)?", "warm(?:est)?", "very", "my", "all", "in", "yours",
    "most", "and", "the", "again", "thanks", "thank you", "thx", "cheers", "regards", "wishes",
    "sincerely", "truly", "faithfully", "respectfully", "cordially", "warmly", "gratefully",
    "fondly", "gratitude", "appreciation", "take care", "xo+", "v/r", "r/", "ciao", "talk soon",
    "so much", "mit", "freundlichen?", "(?:liebe|viele|herzliche|beste|schöne)[nrs]?",
    "gr(?:ü|ue)(?:ß|ss)en?", "mfg", "lg", "vg", "hochachtungsvoll", "cordialement", "bien",
    "à vous", "sinc[èe]rement", "amicalement", "salutations", "meilleures", "saludos",
    "cordiales", "un saludo", "un abrazo", "atentamente", "atenciosamente", "abra[çc]os?",
    "cumprimentos", "cordiali", "saluti", "distinti", "met", "vriendelijke", "hartelijke",
    "groet(?:en)?", "med", "vänliga", "venlig", "vennlig", "hilsen", "hälsningar", "mvh",
    "pozdrawiam", "с уважением", "terveisin", "敬具", "此致", "敬礼",
))  # fmt: skip

# a phone's or a program's own line
SENT_BY = any_of((
    "sent", "envoyé", "enviado", "inviato", "verstuurd", "verzonden", "skickat", "sendt",
    "gesendet", "lähetetty", "wysłane", "odesláno", "отправлено", "надіслано",
))  # fmt: skip
FROM = any_of((
    "from", "via", "with", "by", "using", "securely", "on", "de", "depuis", "desde", "do", "da",
    "dal", "vanaf", "met", "från", "fra", "von", "mit", "z", "с", "з", "à partir",
))  # fmt: skip
EXCUSE = any_of(("excuse", "forgive", "pardon", "apologies for", "sorry for", "ignore"))
SLIPS = any_of((
    "brevity", "typo[sz]?e?", "errors?", "spelling", "mistakes", "auto ?correct", "terseness",
    "thumbs?", "dictation",
))  # fmt: skip
MOBILE = any_of((
    rf"{SENT_BY} {FROM}\b.{{0,80}}", r"from my (?:iphone|ipad|phone|cell|mobile|android)\b.{0,30}",
    r"get .{0,3}outlook for .{0,60}", r"von meinem .{1,40} gesendet",
    r"diese nachricht wurde von .{1,80} gesendet", r"從我的 .{1,20} 傳送", r"发自我的.{0,20}",
    r".{0,20}iphoneから送信", rf"(?:please |kindly )?{EXCUSE} (?:\w+ )?{SLIPS}\b.{{0,60}}",
    r"(?:typed|dictated|transcribed|composed) (?:on|with|by|using|via) .{0,60}",
    r"thumb-?typed.{0,40}", r"yahoo mail: .{0,60}", r"virus-free.{0,40}",
))  # fmt: skip

# what stands in a signature and hardly ever in an answer; case matters
CREDENTIALS = any_of((
    r"M\.?D\.?", r"D\.?O\.?", r"Ph\.?\s?D\.?", r"M\.?P\.?H\.?", r"M\.?B\.?B\.?S\.?", "MHS", "MBA",
    r"M\.?S\.?c\.?", "FAC[A-Z]{1,3}", "FAAFP", r"FRCP\w?", "FAAN", "FAAP", r"R\.?N\.?",
    "[Pp]rof(?:essor|\\.)?", "[Cc]hief", "[Cc]hair(?:man|woman|person)?", "[Dd]irector", "[Dd]ean",
    "[Dd]epartment", "[Dd]ept", "[Dd]ivision", "[Ss]ection", "[Uu]niversit\\w+", "[Hh]ospital",
    "[Ss]chool", "[Cc]ollege", "[Cc]linic", "[Cc]ent(?:er|re)", "[Ii]nstitute", "[Cc]oordinator",
    "[Aa]ttending", "[Aa]ssistant", "[Aa]ssociate", "[Cc]linical", "[Mm]edicine", "[Ff]aculty",
    "[Cc]lerkship", "[Rr]esidency", "[Pp]rogram", "[Pp]hysician", "[Ss]urgeon", "[Hh]ealth",
    "[Pp]ronouns?", "she/her", "he/him", "they/them", "[Oo]ffice", "[Pp]ager?", "[Ff]ax",
    "[Pp]hone", "[Tt]el", "[Cc]ell", "[Mm]obile", "[Ss]uite", "[Ff]loor", "[Rr]oom", "Box",
))  # fmt: skip

CONTACTS = any_of((
    r"\+?\(?\d[\d\s().\-/]{7,20}\d", r"\b[\w.+-]{1,64}@[\w-]+\.[\w.-]+", r"https?://\S+",
    r"\bwww\.\S+", r"\b(?:[tfmpoc]|tel|ph|fax|cell|office|pager?)\s?[:.]\s?[+(\d]",
    r"^\s*\d{1,5}\s[\w .]{1,40}\b(?:st|street|ave|avenue|blvd|road|rd|drive|way|plaza|lane)\b",
    r"\b[A-Z]{2}\s\d{5}\b",
))  # fmt: skip

# a line with one of these says something: it is never dropped as a signature
SENTENCE_WORDS = any_of((
    "i", "i'm", "i'll", "i'd", "i've", "we", "you", "your", "my", "me", "it", "this", "that",
    "can", "can't", "cannot", "will", "won't", "would", "could", "should", "is", "are", "was", "am",
    "not", "no", "yes", "please", "sorry", "let", "need", "send", "happy", "glad", "sure", "if",
    "but", "when", "before", "after", "until", "unfortunately", "done", "submitted", "uploaded",
    "decline", "withdraw", "pause", "resume", "skip", "undo", "assigned", "actually", "however",
))  # fmt: skip

THIS_MAIL = any_of(("e-?mail", "message", "communication", "transmission", "information"))
SECRET = any_of((
    "confidential", "intended (?:only|solely|for|recipient)", "privileged", "may contain",
))  # fmt: skip
DISCLAIMERS = any_of((
    "confidentiality (?:notice|note|statement)", "privileged (?:and|or|&|and/or) confidential",
    "confidential (?:and|or|and/or) (?:legally )?(?:privileged|proprietary|protected)",
    rf"(?:this|the) {THIS_MAIL}\b[^.]{{0,160}}\b{SECRET}",
    "if you (?:are not|have received) (?:the|this)[^.]{0,60}(?:intended|addressee|in error)",
    "(?:not the|other than the|for the) intended recipient", "protected health information",
    "unauthorized (?:review|use|disclosure)", "please consider the environment",
    "think before you print", "scanned (?:for|by) .{0,30}(?:virus|malware)",
    "e-?mail (?:is not|may not be) (?:a )?secure", "avg\\.com", "avast\\.com", "unsubscribe",
    "the information (?:contained|transmitted) (?:in|is)", "vertrauliche informationen",
    "diese e-?mail (?:enthält|kann)", "ce (?:message|courriel|mail)[^.]{0,80}confidentiel",
    "este (?:mensaje|correo|e-?mail)[^.]{0,80}confidencial", "esta mensagem[^.]{0,80}confidencia",
    "(?:il|questo) (?:presente )?messaggio[^.]{0,80}(?:riservat|confidenzial)",
))  # fmt: skip

# a warning the writer's or the applicant's mail server put on top
LOUD = any_of((
    "caution", "warning", "attention", "notice", "alert", "external", "achtung", "vorsicht",
    "think", "stop", "be careful",
))  # fmt: skip
STRANGER = any_of((
    "extern", "outside", "originat", "do not click", "don't click", "unknown sender",
    "links? or (?:open )?attach",
))  # fmt: skip
BANNERS = any_of((
    r"\[?(?:external|ext|outside)(?: (?:e-?mail|sender|message|mail))?\]?\W*$",
    rf"{LOUD}\b[^\n]{{0,200}}\b{STRANGER}",
    r"this (?:e-?mail|message|sender) (?:originated|is|was|came|has been)\b.{0,60}outside",
    r"this (?:e-?mail|message|sender) (?:originated|is|was|came|has been)\b.{0,60}external",
    r"external (?:e-?mail|sender|message)\b", "you don['\u2019]t often (?:get|receive) e?-?mail",
    "some people who received this message", "learn why this is important",
    "do not click (?:on )?(?:any )?links", "use caution (?:when|with|opening)",
    r"\[?external\]?\s?[:*]",
))  # fmt: skip
BANNER_MORE = any_of((
    "do not click", "don't click", "open(?:ing)? (?:any )?attachments?", "recogni[sz]e the sender",
    "know the content is safe", "external sender", "outside (?:of )?(?:the|our|your) ", "phishing",
    "help ?desk", "learn why",
))  # fmt: skip

# a footer-like line with one of these is an answer after all ("Sent with my blessing, yes")
ANSWER = re.compile(
    r"\b(?:letter|portal|eras|yes|no|not|can't|cannot|won't|will|you|it|yesterday|today|morning)\b",
    re.IGNORECASE,
)
# somebody thinks again: never dropped, wherever it stands
TURN = re.compile(
    r"\b(?:can['\u2019]?t|cannot|can not|unable|not able|sorry|decline|unfortunately|withdraw"
    r"|actually|changed my mind|scratch that|never ?mind|second thoughts?|wait"
    r"|take (?:that|it) back)\b",
    re.IGNORECASE,
)
CLOSING = re.compile(
    rf"^\s*(?:{CLOSING_WORDS}[\s,.!–—-]{{1,4}}){{0,5}}{CLOSING_WORDS}[\s,.!–—-]*$", re.I
)
MOBILE_LINE = re.compile(rf"^\W{{0,4}}{MOBILE}\W*$", re.IGNORECASE)
CREDENTIAL = re.compile(rf"\b{CREDENTIALS}(?!\w)")
CONTACT = re.compile(CONTACTS, re.IGNORECASE)
SENTENCE = re.compile(rf"\b{SENTENCE_WORDS}\b|[!?]", re.IGNORECASE)
DISCLAIMER = re.compile(rf"\b{DISCLAIMERS}", re.IGNORECASE)
BANNER = re.compile(rf"^\W*{BANNERS}", re.IGNORECASE)
BANNER_GOES_ON = re.compile(BANNER_MORE, re.IGNORECASE)
BANNER_PREFIX = re.compile(
    r"^\s*(?:\[(?:external|ext|caution|outside)[^\]]{0,40}\]|\*+\s?external[^*]{0,40}\*+)\s*[:-]?\s*",
    re.IGNORECASE,
)
DELIMITER = re.compile(r"^\s*(?:--|—|––|_{2,40})\s*$")
POSTSCRIPT = re.compile(
    r"^\s*(?:p\.?\s?p?\.?\s?s\b|ps\d?\b|n\.?b\b|post ?script|edit\b|update\b|one more thing)", re.I
)
