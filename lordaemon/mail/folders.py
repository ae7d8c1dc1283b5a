"""Chooses which folders are heard and where sent mail lies, from the server's list. Pure.

SPECIAL-USE (RFC 6154) first, then the names mail programs give in several languages. A name in
the plan may be written with "/" whatever the server's separator is, and without its prefix.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from lordaemon.errors import MailMisconfigured

SENT_NAMES = (
    "Sent", "Sent Mail", "Sent Items", "Sent Messages", "Sent Objects", "Outbox Sent",
    "Gesendet", "Gesendete Elemente", "Gesendete Objekte", "Gesendete Nachrichten",
    "Envoyés", "Messages envoyés", "Éléments envoyés", "Courrier envoyé", "Objets envoyés",
    "Enviados", "Elementos enviados", "Mensajes enviados", "Correo enviado", "Itens enviados",
    "Mensagens enviadas", "E-mails enviados", "Inviati", "Posta inviata", "Elementi inviati",
    "Verzonden", "Verzonden items", "Verzonden berichten", "Skickat", "Skickade objekt", "Sendt",
    "Sendt post", "Sendte elementer", "Lähetetyt", "Lähetetyt kohteet", "Wysłane",
    "Elementy wysłane", "Odeslané", "Odeslaná pošta", "Odoslané", "Elküldött elemek", "Poslano",
    "Gönderilmiş Öğeler", "Gönderilmiş Postalar", "Отправленные", "Надіслані", "Απεσταλμένα",
    "已发送", "已发送邮件", "已傳送郵件", "寄件備份", "送信済み", "送信済みアイテム",
    "送信済みメール", "보낸편지함", "보낸 편지함",
)  # fmt: skip
ARCHIVE_NAMES = ("Archive", "Archives", "Archiv", "Archivo", "Arquivo", "Archivio", "Archief")
JUNK_NAMES = (
    "Junk", "Junk Email", "Junk E-mail", "Junk Mail", "Spam", "Bulk Mail", "Bulk",
    "Junk-E-Mail", "Unerwünscht", "Werbung", "Courrier indésirable", "Indésirables", "Pourriel",
    "Correo no deseado", "Lixo eletrônico", "Posta indesiderata", "Ongewenste e-mail",
    "Skräppost", "Uønsket e-post", "Спам", "垃圾邮件", "迷惑メール", "스팸메일함",
)  # fmt: skip
_UNUSABLE = {"\\noselect", "\\nonexistent"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A folder as the server lists it; flags in lower case."""

    name: str
    flags: frozenset[str]
    delimiter: str


@dataclass(frozen=True, slots=True)
class Folders:
    """Where to listen, and where sent mail lies (None: nowhere to be found)."""

    listen: tuple[str, ...]
    sent: str | None


def choose(
    listed: Iterable[Listed], wanted: tuple[str, ...], sent: str, prefix: str = ""
) -> Folders:
    """The plan's folders where it names some, else the ones that are found.

    `prefix` is the personal namespace's ("INBOX."). Gmail's All Mail leaves Junk out, so Junk is
    heard beside it. Raises MailMisconfigured for a name of the plan that isn't there.
    """
    usable = [folder for folder in listed if not folder.flags & _UNUSABLE]
    sent_folder = (
        _named(usable, sent, prefix, "sent")
        if sent
        else _special(usable, "\\sent", SENT_NAMES, prefix)
    )
    if wanted:
        return Folders(
            tuple(dict.fromkeys(_named(usable, name, prefix, "folders") for name in wanted)),
            sent_folder,
        )
    everything = _special(usable, "\\all", (), prefix)
    first = (everything,) if everything else ("INBOX", _special_archive(usable, prefix))
    found = (*first, _special(usable, "\\junk", JUNK_NAMES, prefix))
    return Folders(tuple(dict.fromkeys(name for name in found if name)), sent_folder)


def full_name(name: str, prefix: str, delimiter: str) -> str:
    """A folder of ours under the personal namespace, in the server's spelling."""
    return prefix + name.replace("/", delimiter or "/")


def _special_archive(folders: list[Listed], prefix: str) -> str | None:
    return _special(folders, "\\archive", ARCHIVE_NAMES, prefix)


def _special(folders: list[Listed], flag: str, names: tuple[str, ...], prefix: str) -> str | None:
    for folder in folders:
        if flag in folder.flags:
            return folder.name
    by_name = {_same(_bare(folder, prefix)): folder.name for folder in reversed(folders)}
    return next((by_name[_same(name)] for name in names if _same(name) in by_name), None)


def _named(folders: list[Listed], name: str, prefix: str, key: str) -> str:
    """The folder the plan means: exactly, else regardless of case, separator and prefix."""
    if name.upper() == "INBOX":
        return "INBOX"
    for folder in folders:
        if folder.name == name:
            return name
    for folder in folders:
        spelled = full_name(name, "", folder.delimiter)
        if _same(folder.name) in {_same(spelled), _same(prefix + spelled)}:
            return folder.name
    names = [folder.name for folder in folders]
    near = difflib.get_close_matches(name, names, 3, 0.5) or names[:8]
    raise MailMisconfigured(
        f"The mailbox has no folder {name!r} ([mail.imap] {key}). It has e.g. "
        f"{', '.join(repr(other) for other in near)}."
    )


def _bare(folder: Listed, prefix: str) -> str:
    """The name without namespace prefix, and without Gmail's container."""
    name = folder.name.removeprefix(prefix)
    for container in ("[Gmail]", "[Google Mail]"):
        name = name.removeprefix(container + folder.delimiter)
    return name


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
