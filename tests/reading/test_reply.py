"""What the writer said is kept; what we said, and furniture, is not (H12)."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lordaemon.reading.html import to_text
from lordaemon.reading.quotes import shingles
from lordaemon.reading.reply import own_text
from tests.reading.mails import REQUEST

ANSWER = "Yes, I would be glad to. Send me your CV."
QUOTED = "\n".join(f"> {line}" for line in REQUEST.split("\n"))

ATTRIBUTIONS = [
    "On Tue, Jul 14, 2026 at 9:02 AM Sam Rivera <sam@example.edu> wrote:",
    "On Tue, Jul 14, 2026 at 9:02 AM Sam Rivera\n<sam@example.edu>\nwrote:",
    "Am 14.07.2026 um 09:02 schrieb Sam Rivera <sam@example.edu>:",
    "Le mar. 14 juil. 2026 à 09:02, Sam Rivera <sam@example.edu> a écrit :",
    "El mar, 14 jul 2026 a las 9:02, Sam Rivera (<sam@example.edu>) escribió:",
    "Il giorno mar 14 lug 2026 alle ore 09:02 Sam Rivera <sam@example.edu> ha scritto:",
    "Em ter., 14 de jul. de 2026 às 09:02, Sam Rivera <sam@example.edu> escreveu:",
    "Op di 14 jul 2026 om 09:02 schreef Sam Rivera <sam@example.edu>:",
    "Den tis 14 juli 2026 kl 09:02 skrev Sam Rivera <sam@example.edu>:",
    "wt., 14 lip 2026 o 09:02 Sam Rivera <sam@example.edu> napisał(a):",
    "14.07.2026, 09:02, \"Sam Rivera\" <sam@example.edu> пишет:",
    "2026年7月14日(火) 9:02 Sam Rivera <sam@example.edu>:",
    "Sam Rivera <sam@example.edu> schrieb am Di., 14. Juli 2026, 09:02:",
    "-----Original Message-----\nFrom: Sam Rivera\nSent: Tuesday\nTo: Jane Lee\nSubject: Letter\n",
    "________________________________\nFrom: S <s@example.edu>\nSent: x\nTo: J\nSubject: Letter\n",
    "*Von:* Sam Rivera\n*Gesendet:* Dienstag\n*An:* Jane Lee\n*Betreff:* Letter\n",
    "De : Sam Rivera\nEnvoyé : mardi\nÀ : Jane Lee\nObjet : Letter\n",
]  # fmt: skip


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("quote", [QUOTED, REQUEST], ids=["marked", "bare"])
@pytest.mark.parametrize("ours", [(REQUEST,), ()], ids=["known", "unknown"])
def test_the_answer_above_a_quote(attribution: str, quote: str, ours: tuple[str, ...]) -> None:
    assert own_text(f"{ANSWER}\n\n{attribution}\n{quote}", None, ours).text == ANSWER


@given(st.integers(30, 100), st.sampled_from(["", "> ", ">", "    ", "| "]))
def test_our_words_are_known_however_they_are_wrapped(width: int, prefix: str) -> None:
    wrapped = [f"{prefix}{line}" for p in REQUEST.split("\n\n") for line in textwrap.wrap(p, width)]
    own = own_text(ANSWER + "\n\n" + "\n".join(wrapped), None, (REQUEST,)).text
    assert own.startswith(ANSWER)
    assert not shingles([own]) & shingles([REQUEST])
    assert "say no" not in own


def test_answers_between_and_below_quoted_lines() -> None:
    inline = (
        "> Would you be willing to write for me by September?\nGladly.\n\n> May I send my CV?\nDo."
    )
    assert own_text(inline, None).text == "Gladly.\n\nDo."
    below = f"-----Original Message-----\nFrom: Sam\nTo: Jane\nSubject: x\n\n{REQUEST}\n\n{ANSWER}"
    assert own_text(below, None, (REQUEST,)).text == ANSWER
    marked = f"On Tue, Jul 14, 2026 Sam Rivera wrote:\n{QUOTED}\n\n{ANSWER}"
    assert own_text(marked, None).text == ANSWER


def test_answers_written_into_our_lines() -> None:
    question = (
        "Would you be willing to write me a strong letter? May I send you my list of projects?"
    )
    text = (
        "My answers are below, in capitals.\n\n-----Original Message-----\nFrom: Sam\nTo: Jane\n"
        "Subject: x\n\nWould you be willing to write me a strong letter? NO, SORRY.\n"
        "May I send you my list of projects? PLEASE DO."
    )
    own = own_text(text, None, (question,)).text
    assert "NO, SORRY." in own
    assert "PLEASE DO." in own
    assert "willing" not in own


def test_taking_up_our_words_is_an_answer() -> None:
    echo = "Yes, I would be willing to write a strong letter of recommendation on your behalf."
    assert own_text(f"{echo}\n\n{QUOTED}", None, (REQUEST,)).text == echo


def test_a_sentence_with_wrote_is_no_attribution() -> None:
    said = "Sam, glad to do it. When is it due? I wrote 9/24 on my hand but it washed off."
    assert own_text(f"{said}\n\n{ATTRIBUTIONS[0]}\n{QUOTED}", None).text == said
    hundred = "100%. Text me if I haven't done it by Sept 1. 555-0148"
    assert own_text(f"{hundred}\n\n{ATTRIBUTIONS[0]}\n{QUOTED}", None).text == hundred


@pytest.mark.parametrize(
    "below",
    [
        "Best,\nJane",
        "--\nJane Lee, MD\nProfessor of Medicine",
        "Kind regards,\n\nJane Lee, MD, FACP\nAssociate Professor\nOffice: (480) 555-0140",
        "JL",
        "Sent from my iPhone",
        "Get Outlook for iOS",
        "Mit freundlichen Grüßen\nJane Lee",
        "CONFIDENTIALITY NOTICE: This e-mail may contain privileged words.\nPlease delete it.",
        "Please excuse typos, sent from my phone",
    ],
)
def test_signatures_footers_and_disclaimers_go(below: str) -> None:
    assert own_text(f"{ANSWER}\n\n{below}", None, (), "Jane Lee").text == ANSWER


@pytest.mark.parametrize(
    "banner",
    [
        "[EXTERNAL]",
        "CAUTION: This email originated from outside of the organization. Do not click\nlinks.",
        "*** EXTERNAL: Use caution with links and attachments ***",
        "You don't often get email from sam@example.edu. Learn why this is important",
    ],
)
def test_banners_go_and_the_answer_right_below_stays(banner: str) -> None:
    assert own_text(f"{banner}\n{ANSWER}", None).text == ANSWER
    divs = "".join(f"<div>{line}</div>" for line in (banner.replace("\n", " "), ANSWER))
    assert own_text("", divs).text == ANSWER


def test_a_banner_in_front_of_the_answer() -> None:
    assert own_text(f"[EXTERNAL] {ANSWER}", None).text == ANSWER


@pytest.mark.parametrize("closing", ["Best,\nJane", "--\nJane Lee, MD"])
def test_a_postscript_is_never_lost(closing: str) -> None:
    text = f"{ANSWER}\n\n{closing}\n\nPS I have to take that back, I can't write this year."
    assert "take that back" in own_text(text, None, (), "Jane Lee").text


def test_second_thoughts_are_never_lost() -> None:
    turned = "Wait, I just saw the date. I can't after all."
    for text in (
        f"{ANSWER}\n\n--\nJane Lee, MD\n\n{turned}",
        f"{ANSWER}\n\n{ATTRIBUTIONS[0]}\n{QUOTED}\n\n{turned}",
        f"{ANSWER}\n\n{ATTRIBUTIONS[13]}{REQUEST}\n\n{turned}",
    ):
        own = own_text(text, None, (REQUEST,), "Jane Lee").text
        assert own.startswith(ANSWER)
        assert own.endswith(turned)
        assert not shingles([own]) & shingles([REQUEST])


@pytest.mark.parametrize("text", ["Thanks", "Yes", "Sincerely yours, no.", "JL", "Done.\n\nJane"])
def test_the_first_line_stays(text: str) -> None:
    assert own_text(text, None, (), "Jane Lee").text == text.partition("\n")[0]


def test_orders_are_nobodys_signature() -> None:
    orders = "smith yes\nlee uploaded\ndean pause\nclinic skip reminder\nall resume\ngo\nstop"
    assert own_text(f"{orders}\n\n{ATTRIBUTIONS[0]}\n{QUOTED}", None).text == orders


def _html(quote: str) -> str:
    return f"<html><body><div>{ANSWER}</div>{quote}</body></html>"


_TEXT = REQUEST.replace("\n", "<br>")
_FIELDS = "<b>From:</b> Sam<br><b>Sent:</b> Tuesday<br><b>To:</b> Jane<br><b>Subject:</b> x"
_BORDER = "border:none;border-top:solid #E1E1E1 1.0pt"


@pytest.mark.parametrize(
    "quote",
    [
        ('<div class="gmail_quote"><div class="gmail_attr">On Tue S wrote:</div>'
         f'<blockquote class="gmail_quote">{_TEXT}</blockquote></div>'),
        ('<div class="moz-cite-prefix">On 14/07/2026, S wrote:</div>'
         f'<blockquote type="cite">{_TEXT}</blockquote>'),
        f'<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">{_FIELDS}</div>{_TEXT}',
        f'<div id="x_divRplyFwdMsg">{_FIELDS}</div><div>{_TEXT}</div>',
        f'<div style="{_BORDER};padding:3.0pt 0in"><p>{_FIELDS}</p></div><p>{_TEXT}</p>',
        f'<div id="yahoo_quoted_1" class="yahoo_quoted"><div>On Tue S wrote:</div>{_TEXT}</div>',
        f'<div class="protonmail_quote">S wrote:<blockquote type="cite">{_TEXT}</blockquote></div>',
        f'<div class="zmail_extra"><blockquote>{_TEXT}</blockquote></div>',
        f'<span id="OLK_SRC_BODY_SECTION"><div>{_FIELDS}</div>{_TEXT}</span>',
        f'<hr><div>{_FIELDS}</div><div>{_TEXT}</div>',
    ],
    ids=["gmail", "thunderbird", "outlook-web", "outlook-x", "outlook", "yahoo", "proton", "zoho",
         "mac-outlook", "hotmail"],
)  # fmt: skip
def test_what_mail_programs_quote_in_html(quote: str) -> None:
    own = own_text("", _html(quote)).text
    assert own == ANSWER


def test_answers_between_quotes_in_html() -> None:
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">On Tue S wrote:</div><blockquote>May I?'
        "</blockquote><div>You may.</div><blockquote>When?</blockquote><div>Soon.</div></div>"
    )
    assert own_text("", html).text == "You may.\n\nSoon."


def test_struck_and_hidden_words_are_not_said() -> None:
    html = (
        "<p>I <s>can</s><del>will</del><strike>may</strike> cannot"
        '<span style="text-decoration:line-through"> gladly</span>'
        '<span style="display:none">yes</span> write.</p><style>p{}</style>'
    )
    assert " ".join(to_text(html).split()) == "I cannot write."


def test_blocks_keep_their_lines() -> None:
    assert to_text("<p>one</p><ul><li>two</li></ul>three<br>four").split("\n") == [
        "one", "", "- two", "", "three", "four",
    ]  # fmt: skip


@given(st.text(max_size=400), st.booleans())
def test_any_text_is_taken_apart(text: str, as_html: bool) -> None:
    own = own_text(text, text if as_html else None, (REQUEST,), "Jane Lee")
    assert isinstance(own.text, str)
