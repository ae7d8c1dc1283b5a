"""Orders by answering a digest or a notice (D4): each verb, each way a phone sends it."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from lordaemon import orders
from tests.applicant.conftest import Start
from tests.applicant.season import FAILED, ME, PASSED, WRITERS, Season, html_of, mail
from tests.servers import writers
from tests.simulation.world import INBOX, SENT

PLAIN_VERBS = tuple(v for v in orders.VERBS if v not in ("undo", "go", "stop"))


@pytest.mark.parametrize("verb", PLAIN_VERBS)
def test_every_verb_in_an_answer_to_the_digest(season: Season, verb: str) -> None:
    season.answer(season.digest, f"smith {verb}")
    assert season.said() == [("smith", verb)]
    assert season.words("smith")[0].source == "order"


def test_undo_takes_the_last_word_back(season: Season) -> None:
    season.answer(season.digest, "smith pause\nsmith undo")
    assert season.said() == []
    assert any("taken back" in line for line in season.reports())


def test_stop_and_go_in_an_answer_to_the_digest(season: Season) -> None:
    season.answer(season.digest, "smith stop")
    assert [a.state for a in season.attempts("smith")] == []
    season.answer(season.digest, "smith go")
    season.through("2027-03-16 16:00")
    assert [a.kind for a in season.attempts("smith")] == ["request"]
    assert len(season.to("smith")) == 1


def test_a_notice_is_answered_without_a_name(season: Season) -> None:
    season.answer(season.notice("lee"), "Stop")
    season.through("2027-03-15 17:00")
    assert season.said() == [("lee", "stop")]
    assert (len(season.to("lee")), len(season.to("smith"))) == (0, 1)


def test_with_approve_each_go_releases_and_nothing_else_does(start: Start) -> None:
    season = start(policy='approve = "each"')
    season.look()
    season.through("2027-03-15 16:00")
    assert season.to("smith") == []
    season.answer(season.notice("smith"), "go")
    season.look(minutes=30)
    assert len(season.to("smith")) == 1
    assert season.to("lee") == []


@pytest.mark.parametrize("client", writers.CLIENTS)
@pytest.mark.parametrize("verb", ["yes", "no"])
def test_from_any_mail_program_only_what_was_typed_counts(
    season: Season, client: writers.Client, verb: str
) -> None:
    season.through("2027-03-17 07:30")  # requests are out, the digest is busy
    season.answer(season.digest, f"lee {verb}\ngomez pause", client, sent=True)
    if client == "no-thread":
        assert len(season.said()) in (0, 2)
    else:
        assert season.said() == [("lee", verb), ("gomez", "pause")]
    assert all("lee" in line or "gomez" in line for line in season.reports())


def rich(season: Season, words: str, quote: str) -> bytes:
    """An answer that quotes the digest's own HTML, as phones do."""
    from email import message_from_bytes, policy

    raw = writers.reply(season.digest.raw, words, "gmail", sender=writers.Person(ME, "Sam"))
    message = message_from_bytes(raw, policy=policy.SMTP)
    html = quote.format(words=words.replace("\n", "<br>"), digest=html_of(season.digest.raw))
    original = writers.Original(season.digest.raw)
    message.clear_content()
    message.set_content(f"{words}\n\n{original.text}")
    message.add_alternative(html, subtype="html")
    return message.as_bytes(policy=policy.SMTP)


QUOTES = {
    "gmail": '<div dir="auto">{words}</div><br><div class="gmail_quote">'
    '<div class="gmail_attr">On Mon, Mar 15, 2027, 9:00 AM lordaemon &lt;x@y&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote">{digest}</blockquote></div>',
    "outlook": '<div>{words}</div><hr><div id="divRplyFwdMsg"><b>From:</b> lordaemon<br>'
    "<b>Sent:</b> Monday<br><b>To:</b> Sam<br><b>Subject:</b> Letters</div>{digest}",
    "iphone": "<div>{words}</div><div><br></div><div>Sent from my iPhone</div>"
    '<div><br><blockquote type="cite">On Mar 15, 2027, at 9:00, lordaemon wrote:<br><br>'
    "</blockquote></div><blockquote type='cite'>{digest}</blockquote>",
    "a program that marks nothing": "<div>{words}</div><div>{digest}</div>",
}


@pytest.mark.parametrize("client", QUOTES)
def test_the_digest_quoted_as_html_gives_no_order(start: Start, client: str) -> None:
    season = start(policy='approve = "each"')
    season.through("2027-03-19 09:30")
    assert "smith go" in html_of(season.digest.raw)
    season.world.put(SENT, rich(season, "gomez pause", QUOTES[client]))
    season.look(minutes=1)
    assert season.said() == [("gomez", "pause")]
    assert len(season.reports()) == 1


def test_several_lines_with_words_between(season: Season) -> None:
    words = (
        "Hi!\n\nsmith: yes\n* Dr. Lee, no.\nI will call gomez tomorrow, I think.\n\nGOMEZ  PAUSE\n"
        "I understood\nthe no\n\nThanks a lot\nSam\nSent from my iPhone"
    )
    season.answer(season.digest, words)
    assert season.said() == [("smith", "yes"), ("lee", "no"), ("gomez", "pause")]


def test_slips_are_listed_back_in_the_next_digest(season: Season) -> None:
    season.answer(season.digest, "smit yes\nsmoth no\nlee uploded\ngomez")
    assert season.said() == [("smith", "yes")]
    season.until("2027-03-16 07:05")
    told = season.digest_text
    assert "YOUR ORDERS" in told
    assert "noted as a yes" in told
    assert 'Did you mean "smith"?' in told
    assert 'Did you mean "uploaded"?' in told
    assert '"gomez" is not an order I know' in told
    season.until("2027-03-17 07:05")
    assert "smoth" not in season.digest_text


def test_an_answer_without_any_order_is_told(season: Season) -> None:
    season.answer(season.digest, "Great, thank you so much for this!")
    assert season.said() == []
    (told,) = season.reports()
    assert "there is no order in it" in told


def links(raw: bytes) -> dict[str, str]:
    """The one-tap orders of a mail: order to address."""
    found = LexborHTMLParser(html_of(raw)).css("a")
    hrefs = [str(a.attributes["href"]) for a in found]
    tapped = [h for h in hrefs if h.startswith("mailto:")]
    return {parse_qs(urlsplit(h).query)["body"][0].splitlines()[0]: h for h in tapped}


def tap(season: Season, href: str) -> None:
    """The phone opens a new mail from the link, and it is sent as it is."""
    parts = urlsplit(href)
    fields = parse_qs(parts.query)
    assert unquote(parts.path) == ME
    assert "+" not in parts.query
    season.world.put(SENT, mail(fields["body"][0], trace="", Subject=fields["subject"][0]))
    season.look(minutes=1)


@pytest.mark.parametrize("verb", ["go", "stop"])
def test_a_tap_in_a_notice(start: Start, verb: str) -> None:
    season = start(policy='approve = "each"')
    season.look()
    tap(season, links(season.notice("smith").raw)[f"smith {verb}"])
    assert season.said() == [("smith", verb)]


def test_a_tap_in_a_digest(start: Start) -> None:
    season = start(policy='approve = "each"')
    season.look()
    tap(season, links(season.digest.raw)["smith stop"])
    assert season.said() == [("smith", "stop")]
    tap(season, links(season.digest.raw)["all pause"])
    assert [w for w, verb in season.said() if verb == "pause"] == ["smith", "lee", "gomez"]


# -- each once ---------------------------------------------------------------------------------


def test_the_copy_in_the_inbox_comes_first_and_proves_nothing(season: Season) -> None:
    raw = season.answer(season.digest, "smith yes", trace="X-Trace: none\r\n")
    assert season.said() == []
    season.until("2027-03-15 09:30")
    season.world.put(SENT, raw)
    season.look(minutes=1)
    assert season.said() == [("smith", "yes")]
    season.until("2027-03-16 07:05")
    assert "could not be verified" not in season.digest_text
    assert "noted as a yes" in season.digest_text


def test_an_answer_that_nothing_proves_is_told_an_hour_later(season: Season) -> None:
    season.through("2027-03-16 06:30")
    season.answer(season.digest, "smith yes", trace="", look=False)
    season.until("2027-03-16 07:05")
    assert "could not be verified" not in season.digest_text
    season.until("2027-03-17 07:05")
    assert "could not be verified" in season.digest_text
    assert season.said() == []


def test_inbox_and_sent_and_a_rebuilt_folder_count_once(season: Season) -> None:
    season.answer(season.digest, "smith pause", sent=True)
    season.answer(season.digest, "smith resume", sent=True)
    season.world.uidvalidity[INBOX] += 1
    season.look(minutes=1)
    assert [verb for _, verb in season.said()] == ["pause", "resume"]
    assert all("taken before" not in line for line in season.reports())


def test_the_same_line_in_another_mail_is_not_taken_again(season: Season) -> None:
    season.answer(season.digest, "smith pause")
    season.answer(season.digest, "smith resume")
    season.answer(season.digest, "smith pause")
    season.answer(season.digest, "smith pause\nsmith pause")
    assert [verb for _, verb in season.said()] == ["pause", "resume"]
    assert any("taken before" in line for line in season.reports())


# -- what is not the applicant's word ----------------------------------------------------------


def forged(season: Season, case: str) -> None:
    """One mail that wants to be an order."""
    digest, notice = season.digest, season.notice("smith")
    mallory = "mallory@evil.example"
    quoted = writers.Original(digest.raw).text
    code = quoted.rsplit("Order code: ", 1)[1].split()[0]
    match case:
        case "another sender with the right code":
            season.answer(digest, "lee no", sender=mallory)
        case "a writer with the right code":
            season.answer(digest, "lee no", sender="lee@hospital.example")
        case "dmarc fails":
            season.answer(digest, "lee no", trace=FAILED)
        case "no word of the server":
            season.answer(digest, "lee no", trace="")
        case "the sender's own trace below the server's":
            own = "Authentication-Results: mx.example.edu; dmarc=pass\r\n"
            season.answer(digest, "lee no", trace=FAILED + own)
        case "two senders":
            season.arrive(mail(f"lee no\n\nOrder code: {code}",
                               From=f"{ME}, mallory@evil.example"))  # fmt: skip
        case "the address only as a name":
            sender = f'"{ME}" <mallory@evil.example>'
            season.arrive(mail(f"lee no\n\nOrder code: {code}", From=sender))
        case "no code":
            season.arrive(mail("lee no"))
        case "a guessed code":
            season.arrive(mail("lee no\n\nOrder code: abcdefghjkmn"))
        case "the code of another mail":
            words = f"lee no\n\nOrder code: {code}"
            season.answer(notice, words, "no-quote")
        case "an old mail":
            season.look(days=7, minutes=1)
            season.answer(digest, "lee no")
        case "forwarded to somebody":
            raw = mail(f"FYI\nlee no\n\n---------- Forwarded message ---------\n{quoted}",
                       To="dean@example.edu", Subject="Fwd: Letters")  # fmt: skip
            season.arrive(raw, SENT)
        case "forwarded to myself":
            raw = mail(f"lee no\n\n---------- Forwarded message ---------\n{quoted}",
                       Subject="Fwd: Letters")  # fmt: skip
            season.arrive(raw, SENT)
        case "somebody answers a forwarded digest":
            raw = mail(f"lee no\n\n> {quoted}", From="dean@example.edu", Subject="Re: Fwd: Letters")
            season.arrive(raw)
        case "an automatic reply":
            raw = writers.reply(digest.raw, "lee no", "gmail", sender=writers.Person(ME))
            season.arrive(b"Auto-Submitted: auto-replied\r\nAuthentication-Results: mx; "
                          b"dmarc=pass\r\n" + raw)  # fmt: skip
        case "an automatic reply by its subject":
            raw = mail(f"lee no\n\n{quoted}", Subject="Automatic reply: Letters: 0 of 3 agreed")
            season.arrive(raw)


FORGED = (
    "another sender with the right code", "a writer with the right code", "dmarc fails",
    "no word of the server", "the sender's own trace below the server's", "two senders",
    "the address only as a name", "no code", "a guessed code", "the code of another mail",
    "an old mail", "forwarded to somebody", "forwarded to myself",
    "somebody answers a forwarded digest", "an automatic reply",
    "an automatic reply by its subject",
)  # fmt: skip


@pytest.mark.parametrize("case", FORGED)
def test_what_is_not_the_applicants_word_does_nothing_and_is_told(
    season: Season, case: str
) -> None:
    before = season.mine("digest")
    forged(season, case)
    assert season.said() == []
    assert season.row("lee").stage != "declined"
    season.look(hours=2)
    season.through(
        (season.clock.now.astimezone(season.engine.plan.zone)).strftime("%Y-%m-%d 23:50")
    )
    season.look(hours=7, minutes=30)
    assert len(season.mine("digest")) > len(before)
    assert "YOUR ORDERS" in season.digest_text or "No order" in season.digest_text, case
    assert season.said() == []


def test_forty_forged_orders_do_not_bury_the_digest(season: Season) -> None:
    quoted = writers.Original(season.digest.raw).text
    for number in range(40):
        raw = mail(f"lee no {number}\n\n{quoted}", From=f"mallory{number}@evil.example")
        season.world.put(INBOX, raw)
    season.look(minutes=1)
    season.until("2027-03-16 07:05")
    assert season.digest_text.count("@evil.example") <= 30
    assert season.said() == []


# -- what the answered mail showed -------------------------------------------------------------


def test_go_speaks_only_of_the_letter_that_was_shown(start: Start) -> None:
    season = start(policy='approve = "each"')
    season.look()
    first = season.notice("smith")
    season.reload(WRITERS[0].replace("Pre-rounded", "Came early and pre-rounded"), *WRITERS[1:])
    season.look(minutes=5)
    second = season.notice("smith")
    assert second is not first
    season.answer(first, "go")
    season.look(minutes=30)
    assert season.to("smith") == []
    assert any("has changed since" in line for line in season.reports())
    season.answer(second, "go")
    season.look(minutes=30)
    assert len(season.to("smith")) == 1


def test_stop_after_it_left_says_so_and_stops_nothing_else(season: Season) -> None:
    notice = season.notice("smith")
    season.through("2027-03-15 16:00")
    assert len(season.to("smith")) == 1
    season.answer(notice, "stop")
    assert season.said() == []
    assert any("too late, the request had already left" in line for line in season.reports())


def test_all_goes_on_where_one_cannot_be_told(season: Season) -> None:
    season.answer(season.digest, "lee pause\nall undo")
    assert season.said() == []
    assert any("taken back" in line for line in season.reports())


def test_seven_days_count_until_the_answer_arrived(season: Season) -> None:
    season.clock.now = season.clock.now.replace(day=21)
    season.answer(season.digest, "smith pause", look=False)
    season.look(days=4)
    assert season.said() == [("smith", "pause")]


def test_orders_from_the_address_of_the_digest(start: Start) -> None:
    season = start(digest='to = "sam@home.example"')
    season.look()
    (digest,) = [m for m in season.sent_to("sam@home.example") if b".digest." in m.raw]
    season.answer(digest, "smith pause", sender="sam@home.example", trace=PASSED)
    assert season.said() == [("smith", "pause")]
