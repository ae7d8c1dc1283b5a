"""How mail programs mark what they quote, language by language.

A phrase book: to teach another language, add its words to the list whose comment fits. The
entries are regular expressions, mostly plain words; `quotes` decides what a mark means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(phrases: Iterable[str]) -> str:
    """One pattern for a list of phrases, the longest first."""
    return "(?:" + "|".join(sorted(phrases, key=len, reverse=True)) + ")"


# "On Tuesday Jane <jane@x> wrote:" - the word for "wrote"
WROTE = any_of((
    "wrote", "writes", "schrieb", "schreibt", "geschrieben", "a écrit", "écrit", "escribi[óo]",
    "ha escrito", "ha scritto", "scrive", "scritto", "escreveu", "skrev", "skriver", "schreef",
    "geschreven", r"napisał(?:\(a\)|a)?", "пишет", "пише", r"писал(?:\(а\)|а)?",
    r"написа(?:л|в)(?:\(а\)|а|ла)?", "kirjoitti", "写道", "寫道", "のメッセージ", "書きました",
    "작성", "yazdı", "şunu yazdı", "έγραψε", r"napsal(?:\(a\)|a)?", "írta", "a scris", "đã viết",
    "menulis",
))  # fmt: skip

# the words such a line begins with, before the date
ON = any_of((
    "On", "Le", "Am", "El", "Il giorno", "Il", "Op", "Em", "Den", "Dnia", "W dniu", "Ma", "Dne",
    "Vào", "Pe", "În data", "Στις", "Ngày", "Pada", "At", "Quoting", "Il",
    "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?", r"\d{1,2}[./]? ?\S{2,12} ?\d{2,4}",
    r"\d{1,4}[-./年]\s?\d{1,2}[-./月]\s?\d{1,4}",
))  # fmt: skip

# "----- Original Message -----": the words between the dashes
ORIGINAL = any_of((
    r"Original(?:\s(?:Message|Appointment|E-?mail|Nachricht))?", r"Forwarded\s(?:message|by)",
    r"Reply\s(?:message|above)", r"Urspr(?:ü|ue)ngliche\s(?:Nachricht|E-?Mail)",
    r"Weitergeleitete\sNachricht", r"Message\s(?:d['\u2019]origine|original|transféré|initial)",
    r"Messaggio\s(?:originale|inoltrato)", r"Mensaje\s(?:original|reenviado)",
    r"Mensagem\s(?:original|encaminhada)", r"Oorspronkelijk\sbericht", r"Opprinnelig\smelding",
    r"Oprindelig\s(?:meddelelse|e-?mail)", r"Ursprungligt\smeddelande", r"Alkuperäinen\sviesti",
    r"Wiadomość\soryginalna", r"Oryginalna\swiadomość", r"Исходное\sсообщение", "Пересылаемое",
    r"Původní\szpráva", r"Eredeti\süzenet", "原始邮件", "原始郵件", "邮件原件", "元のメッセージ",
    r"원본\s메시지", "Özgün",
))  # fmt: skip

# a forward or reply without dashes
BEGIN = any_of((
    "Begin forwarded message", "Anfang der weitergeleiteten", "Début du message (?:transféré|ré)",
    "Inizio messaggio inoltrato", "Inicio del mensaje reenviado", "Início da mensagem",
    "Begin doorgestuurd", "Vidarebefordrat brev", "Start på videresendt",
))  # fmt: skip

# the fields of a header block above an older message: from, sent, to, cc, date, subject
FIELD = any_of((
    "From", "Sent", "To", "Cc", "Bcc", "Date", "Subject", "Reply-To", "Importance", "Attachments",
    "Von", "Gesendet", "An", "Betreff", "Datum", "De", "Envoyé(?: le)?", "À", "Objet", "Para",
    "Enviado(?: el| em)?", "Enviada(?: em)?", "Fecha", "Asunto", "Assunto", "Data", "Da",
    "Inviato", "A", "Oggetto", "Van", "Verzonden", "Aan", "Onderwerp", "Från", "Skickat", "Till",
    "Ämne", "Fra", "Sendt", "Til", "Emne", "Dato", "Lähettäjä", "Lähetetty", "Vastaanottaja",
    "Aihe", "Od", "Wysłano", "Wysłane", "Do", "Temat", "От", "Отправлено", "Кому", "Тема", "Дата",
    "Від", "Надіслано", "发件人", "发送时间", "收件人", "主题", "抄送", "寄件者", "差出人",
    "送信日時", "宛先", "件名", "보낸 사람", "보낸 날짜", "받는 사람", "제목", "Kimden", "Kime",
    "Konu", "Gönderilen", "Odesláno", "Komu", "Předmět", "Feladó", "Elküldve", "Címzett", "Tárgy",
))  # fmt: skip

# the writer says that the answers stand inside the quoted text
ANSWERS = any_of((
    "see", "my", "answers?", "answered", "comments?", "repl(?:y|ies|ied)", "responses?",
    "responded", "embedded",
))  # fmt: skip
INSIDE = any_of(("below", "in ?line", "in (?:red|blue|green|bold|caps|capitals)"))

ATTRIBUTED = re.compile(
    rf"\b{WROTE}(?:.{{0,60}}?[:：]|[ -]{{0,8}})\s*$"
    rf"|{WROTE}\s*[:：]\s*$|<[^<>\s]+@[^<>\s]+>\s*[:：]\s*$",
    re.IGNORECASE,
)
MAY_END = re.compile(rf"(?:[:：-]|{WROTE})\s*$", re.IGNORECASE)
ATTRIBUTION_START = re.compile(rf"^[\s>-]*{ON}[\s,].{{0,60}}?\d", re.IGNORECASE)
NAME_FIRST = re.compile(rf"<[^<>\s]+@[^<>\s]+>|\b{WROTE}\b", re.IGNORECASE)
HAS_DATE = re.compile(r"\d{1,2}[:.h]\d\d|\b(?:19|20)\d\d\b|\d{1,2}[/.-]\d{1,2}|@")
DATE_AND_ADDRESS = re.compile(
    r"^\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.{0,120}(?:<[^<>\s]+@[^<>\s]+>|GMT[+-]\d\d:\d\d\s.{2,60})"
    r"\s*[:：]?\s*$"
)
SENTENCE = re.compile(r"[^\W\d]{3,}[!?]|[^\W\d]{5,}\.(?:\s|$)")
RULER_WORDS = re.compile(rf"^\s*\W{{0,3}}[-_=*]{{2,}}\s*{ORIGINAL}", re.IGNORECASE)
BEGINS = re.compile(rf"^\s*{BEGIN}", re.IGNORECASE)
RULER = re.compile(r"^\s*(?:_{5,}|-{10,}|={10,}|\*{10,}|━{5,}|—{5,})\s*$")
HEADER = re.compile(rf"^[\s>|]*[*_]{{0,2}}{FIELD}\s?[*_]{{0,2}}\s?[:：]", re.IGNORECASE)
PREFIXED = re.compile(r"^\s{0,8}(?:[>»]|\|\s|[A-Z]{1,3}>(?:\s|$))")
ANSWERED_INSIDE = re.compile(rf"\b{ANSWERS}\b[^.\n]{{0,40}}\b{INSIDE}\b", re.IGNORECASE)
GREETING = re.compile(r"^\s*(?:dear|hello|hi|good (?:morning|afternoon|evening))\b.{0,60}$", re.I)
