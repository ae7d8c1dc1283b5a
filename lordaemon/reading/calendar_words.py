"""Months, weekdays and the words of coming back, in the languages writers write. For `away`."""

from __future__ import annotations

import re
from typing import Final

from lordaemon.reading.marks import any_of

_MONTH_NAMES: Final = """
january jan januar januari janvier enero janeiro gennaio gen stycznia января ocak يناير
tammikuuta ledna ;
february feb februar februari février févr febrero fevereiro febbraio lutego февраля şubat
فبراير helmikuuta února ;
march mar märz mars marzo março maart marts marca марта mart مارس maaliskuuta března ;
april apr avril avr abril aprile kwietnia апреля nisan أبريل ابريل huhtikuuta dubna ;
may mai mayo maio maggio mei maj maja мая mayıs مايو toukokuuta května ;
june jun juni juin junio junho giugno czerwca июня haziran يونيو kesäkuuta června ;
july jul juli juillet juil julio julho luglio lipca июля temmuz يوليو heinäkuuta července ;
august aug août aout agosto augustus augusti sierpnia августа ağustos أغسطس اغسطس elokuuta srpna ;
september sept sep septembre septiembre setembro settembre września сентября eylül سبتمبر
syyskuuta září ;
october oct oktober okt octobre octubre outubro ottobre października октября ekim أكتوبر اكتوبر
lokakuuta října ;
november nov novembre noviembre novembro listopada ноября kasım نوفمبر marraskuuta listopadu ;
december dec dezember dez décembre déc diciembre dezembro dicembre desember grudnia декабря
aralık ديسمبر joulukuuta prosince ;
"""
# English, German, French, Spanish, Portuguese, Italian, Dutch, Scandinavian, Polish, Russian,
# Turkish, Arabic, Finnish, Czech: as they stand in a date; a semicolon ends a month
MONTHS: Final = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.split(";")[:12], 1)
    for name in names.split()
}
"""A month's name in lower case to its number."""

_DAY_NAMES: Final = (
    "mon monday mo montag lundi lunes segunda lunedì maandag",
    "tue tues tuesday dienstag mardi martes terça martedì dinsdag",
    "wed weds wednesday mittwoch mercredi miércoles quarta mercoledì woensdag",
    "thu thur thurs thursday donnerstag jeudi jueves quinta giovedì donderdag",
    "fri friday freitag vendredi viernes sexta venerdì vrijdag",
    "sat saturday samstag samedi sábado sabato zaterdag",
    "sun sunday sonntag dimanche domingo domenica zondag",
)
WEEKDAYS: Final = {name: i for i, names in enumerate(_DAY_NAMES) for name in names.split()}
"""A weekday's name in lower case to its number, Monday 0."""

# words that come before the day of return, or before the last day away
CUE_BEFORE: Final = re.compile(
    r"(?<![^\W\d])"
    + any_of((
        "until", "till", "'?til", "through", "thru", "return(?:ing|s|ed)?", "back",
        "resum(?:e|ing)",
        "(?:respond|reply|answer|available|reachable)(?: again)?(?: on| after| from)?",
        "bis", "ab", "wieder", "zurück", "inklusive", "jusqu['\u2019]au?x?", "de retour", "retour",
        "hasta", "regres\\w+", "vuelv\\w+", "vuelta", "volver\\w*", "até", "volt\\w+",
        "retorn\\w+",
        "fino al?", "rientr\\w+", "torn\\w+", "tot", "t/m", "terug", "t\\.?o\\.?m\\.?", "tillbaka",
        "fram till", "til", "tilbage", "tilbake", "do", "wrac\\w+", "powr\\w+", "до", "по",
        "вернусь", "asti", "takaisin", "حتى", "تاريخ", "zpět",
    ))
    + r"(?![^\W\d])",
    re.IGNORECASE,
)  # fmt: skip
# the second day of a range: "from July 3 to July 21", "du 21 juillet au 8 août", "8/12 - 8/20"
RANGE: Final = re.compile(
    r"\b(?:from|du|dal|del|von|vom|van|de|od|с)\b.{0,40}\d.{0,20}\b(?:to|au|al|bis|a|à|tot|do|по)\s"
    r".{0,14}$|\d.{0,14}\s?(?:[-–—~〜至]|to)\s?\S{0,12}$",
    re.IGNORECASE,
)
CUE_AFTER: Final = re.compile(
    r"^\W*(?:\(.\)|（.）)?\W*(?:まで|以降|より|까지|이후|kadar|tarihine|tarihleri|inclus|incluse|included"
    r"|dahil|返|回来|起)",
    re.IGNORECASE,
)
# what comes before a day that has nothing to do with coming back
NO_CUE: Final = re.compile(
    r"\b(?:your (?:e-?mail|message) of|message of|sent on|since|as of|effective|retired|deadline"
    r"|due(?: by| on)?|opens?|starting|beginning|from|born)\W{0,3}(?:\w+,?\s){0,1}$",
    re.IGNORECASE,
)


def month_pattern() -> str:
    """Every month's name, the longest first."""
    return any_of(re.escape(name) for name in MONTHS)


def weekday_pattern() -> str:
    """Every weekday's name, the longest first, without an English `day` at its end."""
    return any_of(re.escape(name) for name in WEEKDAYS)
