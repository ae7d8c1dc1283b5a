"""The words mail servers use when a message did not arrive. A phrase book for `bounce`."""

from __future__ import annotations

import re

from lordaemon.reading.marks import any_of

DAEMON_ADDRESS = re.compile(
    r"^(?:mailer-?daemon|mail-?delivery\S*|maildelivery\S*|mail\.?daemon|mail-system"
    r"|bounces?(?:[-+]\S*)?|microsoftexchange[0-9a-f]{20,}|smtpd|mmdf|uucp|mailgw|mdaemon"
    r"|double-bounce|smtp-?gateway|\S*-daemon|mta|mailer)@|^post-?master\W"
)
DAEMON_NAME = re.compile(
    r"mail(?:er)?[ _.-]?daemon|mail delivery (?:sub)?system|^postmaster\b|delivery (?:sub)?system"
    r"|mail (?:administrator|system|router|gateway)|internet mail delivery|system administrator"
    r"|^microsoft outlook$|mail delivery agent",
    re.IGNORECASE,
)

# how such a mail's subject begins
SUBJECT = re.compile(
    r"^\W*"
    + any_of((
        "undeliver(?:able|ed)", "non[- ]?deliver", "nondeliverable", "failed (?:mail|delivery)",
        "(?:mail )?delivery (?:status )?notification",
        "(?:mail )?delivery (?:has )?(?:failed|fail)",
        "(?:mail )?delivery (?:problem|error|report|status|incomplete|delayed|unsuccessful)",
        "mail delivery warning",
        "mail (?:delivery|system error|could not|not delivered|error|failure)", "failure notice",
        "returned? (?:mail|to sender)", "message (?:could not|not|undeliverable|delayed|delivery)",
        "warning: (?:message|could not send)", "could not (?:be delivered|send)", "user unknown",
        "error sending", "e-?mail not delivered", "unable to deliver", "message status - undeliver",
        "your (?:message|e?-?mail).{1,80}(?:not be|could not|couldn't|delayed|bounced)",
        "unzustellbar", "nicht zugestellt", "mail wurde nicht", "non remis", "échec de", "échec",
        "non distribu", "mail non remis", "no se (?:pudo|puede|ha podido) entregar", "no entregado",
        "impossibile recapitare", "mancata consegna", "não foi possível", "falha na entrega",
        "não entregue", "onbestelbaar", "olevererbart", "kan ikke leveres", "kunde inte levereras",
        "недоставлен", "не доставлен", "nie można dostarczyć", "niedostarczon", "teslim edilemedi",
        "无法投递", "系统退信", "退信", "配信不能", "배달되지",
    )),
    re.IGNORECASE,
)  # fmt: skip

SUBJECT_WITHIN = re.compile(r"\((?:delivery failed|undeliverable)\)|non remis", re.IGNORECASE)

ADDRESSEE = any_of(("user", "mailbox", "account", "recipient", "address", "addressee", "domain"))
ADDRESSEE = any_of(("user", "mailbox", "account", "recipient", "address", "addressee", "domain"))
NOT_FOUND = re.compile(
    any_of((
        "user(?: is)? unknown", "unknown (?:user|recipient|local|address|mailbox|account)",
        "no such (?:user|mailbox|recipient|person|address|account|local)", "address not found",
        rf"{ADDRESSEE} (?:does(?:n['\u2019]t| not)|do not) exist",
        "invalid (?:recipient|mailbox|address|user)", "mailbox (?:not found|does not|unavailable)",
        "mailbox .{0,60}(?:disabled|inactive|does not exist)", "host (?:unknown|not found)",
        "host or domain name not found", "domain (?:not found|does not exist)", "not listed in",
        "recipient (?:unknown|not found|address rejected: user|no longer)", "no mailbox",
        "(?:account|user|mailbox)(?: has been| is)? (?:disabled|inactive|suspended|closed|expired)",
        "(?:address|recipient|e-?mail)[^.\\n]{0,60}(?:could|was|not)(?:n['\u2019]t)?(?: be)? found",
        "account that you tried to reach does not", "nonexist", "non-exist", "unrouteable address",
        "user .{1,60} not (?:known|listed|found)", "is not a valid (?:user|mailbox|address|recip)",
        "not (?:known|recogni[sz]ed) at this site", "doesn['\u2019]t have an? .{1,30} account",
        "no (?:valid )?recipients?\\b", "not our customer", "bad (?:address|destination)",
        "this user doesn['\u2019]t have", "no longer (?:valid|available|exists?|on server)",
        "benutzer unbekannt", "empfänger unbekannt", "adresse.{0,40}nicht gefunden",
        "destinataire inconnu", "adresse.{0,40}introuvable", "usuario desconocido",
        "destinatario (?:sconosciuto|no)", "5\\.1\\.1\\b", "5\\.1\\.10\\b",
    )),
    re.IGNORECASE,
)  # fmt: skip

REFUSED = re.compile(
    any_of((
        "blocked", "rejected", "refused", "denied",
        "not (?:permitted|allowed|authori[sz]ed|accept)",
        "spam", "policy", "blacklist", "block list", "listed (?:at|by|in)", "content", "too large",
        "size (?:limit|exceed)", "exceeds?", "over ?quota", "quota",
        "mail(?:box|folder) (?:is )?full",
        "can['\u2019]?t accept", "insufficient (?:storage|disk|space)",
        "permanent(?:ly)? (?:error|fail)",
        "5\\.[2-7]\\.\\d+\\b",
    )),
    re.IGNORECASE,
)  # fmt: skip

DELAYED = re.compile(
    any_of((
        "will (?:keep|continue|be) (?:trying|retr)", "will be retried", "will retry",
        "still (?:trying|being retried)", "delivery (?:is |has been |incomplete|delayed)",
        "has(?: not| n['\u2019]t)? (?:yet )?been delayed", "has not yet been delivered", "delayed",
        "postponed",
        "warning message only", "do not need to resend", "will not be resent",
        "wird weiter(?:hin)? versucht", "verzögert", "retardé", "retrasad", "demorad", "ritardat",
    )),
    re.IGNORECASE,
)  # fmt: skip

FAILED = re.compile(
    any_of((
        "(?:could|can|did|was|were|has|have|is)(?: ?n['\u2019]?o?t)(?: been| be)? (?:deliver|sent)",
        "undeliver", "delivery .{0,30}fail", "fail(?:ed|ure)? .{0,40}deliver", "returned",
        "permanent(?:ly)? (?:error|fail)", "i['\u2019]ve given up", "fatal errors?",
        "wasn't able to",
        "not able to deliver", "unable to (?:deliver|send)",
        "failed (?:recipient|address|permanent)",
        "following address(?:es)?\\b.{0,30}(?:fail|had)", "konnte nicht zugestellt", "unzustellbar",
        "n['\u2019]a pas pu être", "no (?:se )?(?:pudo|ha podido)", "non è stato",
        "não (?:foi|pôde)",
        "not delivered", "did not reach", "error(?:s)? (?:occurred|sending|while)", "bounced",
        "无法(?:发送|送达|投递)", "配信できません", "配信されません",
    )),
    re.IGNORECASE,
)  # fmt: skip

CODE = re.compile(r"(?m)(?:^|[\s:(\[#<])([45])\d\d[ -](?:#?([45])\.(\d{1,3})\.(\d{1,3}))?")
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
