"""What a digest says, rule by rule, in text and in HTML alike (D1-D6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from lordaemon.letters.digest import compose_digest, compose_digest_html, compose_digest_text
from lordaemon.letters.digest_view import DigestView, Happening
from lordaemon.letters.digest_words import moment
from lordaemon.season.history import MailHealth, Word
from tests.letters.digest_views import (
    CODE,
    LETTER,
    SCENES,
    STAFF,
    at,
    busy,
    facts,
    failing,
    first,
    heard,
    last,
    near_due,
    plan_of,
    quiet,
    sent,
    shortfall,
    view_of,
    writer,
)

COLUMNS = ["Writer", "Type", "Date asked", "Confirmed?", "Due date", "Uploaded?"]


def squeezed(text: str) -> str:
    """Words only: line breaks, bars and the colon of a list don't matter."""
    return " ".join(text.replace("|", " ").split()).replace(" :", ":")


def shown(view: DigestView) -> tuple[str, str]:
    """What the text says, and what a person sees of the HTML."""
    tree = LexborHTMLParser(compose_digest_html(view))
    for unseen in tree.css("style, title, .hidden, .tag"):
        unseen.decompose()
    assert tree.body is not None
    return squeezed(compose_digest_text(view)), squeezed(tree.body.text(separator=" "))


@pytest.mark.parametrize(
    ("scene", "subject"),
    [
        ("busy", "Letters: 1 of 4 agreed, 1 needs you, 166 days left"),
        ("quiet", "Letters: 3 of 3 agreed, nothing needs you, 127 days left"),
        ("failing", "Letters: mailbox failing, 3 of 3 agreed, 127 days left"),
        ("shortfall", "Letters: 1 of 4 agreed, 3 short, 1 needs you, 112 days left"),
        ("near_due", "Letters: 4 of 4 agreed, 2 in, 3 to check, 14 days left"),
        ("last", "Letters: Season over, 2 of 4 letters in"),
    ],
)
def test_the_subject_alone_says_it(scene: str, subject: str) -> None:
    assert compose_digest(SCENES[scene]()).subject == subject


def test_it_goes_to_the_applicant() -> None:
    assert compose_digest(quiet()).to == "sam.rivera@example.edu"
    plan = plan_of(*STAFF, digest={"to": "sam@phone.example"})
    assert compose_digest(view_of(plan, at(4, 1))).to == "sam@phone.example"


def test_both_forms_say_the_same() -> None:
    for name, scene in SCENES.items():
        view = scene()
        text, html = shown(view)
        for said in (
            *(h.what for h in view.happened),
            *(a.evidence for row in view.table.rows for a in row.decision.asks),
            *view.alarms,
            *view.strangers,
            *view.orders,
        ):
            wanted = squeezed(said)
            assert wanted in text.replace("[!] ", ""), (name, said)
            assert wanted in html, (name, said)


def test_what_needs_you_comes_first_with_evidence_and_orders() -> None:
    for form in shown(busy()):
        asked = form.lower().index("needs you", 60)
        assert asked < form.lower().index("where each letter stands")
        assert "A yes with a condition: wants to meet first" in form
        assert "“I could write one, but let us meet first so that I know where you are" in form
        assert all(order in form for order in ("gomez yes", "gomez no", "gomez understood"))
        assert "answer this mail with a line such as “gomez yes”" in form
        assert f"Order code: {CODE}" in form


def test_without_a_code_the_orders_are_commands() -> None:
    view = replace(busy(), token="")
    for form in shown(view):
        assert "lordaemon mark gomez yes" in form
        assert "Order code" not in form
    assert "mailto:" not in compose_digest_html(view)


def test_an_alarm_is_the_first_line() -> None:
    assert compose_digest_text(failing()).startswith("[!] Warning: No mail has been read")
    assert shown(failing())[1].startswith("Warning: No mail has been read")
    bare = replace(quiet(), health=MailHealth(None, None, "the server hung up"))
    assert "Warning: The mailbox is failing: the server hung up" in compose_digest_text(bare)


def test_the_tracking_table() -> None:
    tree = LexborHTMLParser(compose_digest_html(near_due()))
    heads = tree.css("table.facts thead th")
    assert [h.text() for h in heads] == COLUMNS
    assert all(h.attributes["scope"] == "col" for h in heads)
    assert all(h.attributes["scope"] == "row" for h in tree.css("table.facts tbody th"))
    lines = compose_digest_text(near_due()).splitlines()
    assert next(line for line in lines if line.startswith("Writer")).split("  ")[0] == "Writer"
    row = next(line for line in lines if line.startswith("Dr. Lee  "))
    assert row.split() == ["Dr.", "Lee", "champion", "12", "Apr", "yes", "15", "Sep", "claimed"]


def test_the_table_tells_of_pauses_and_absences() -> None:
    view = view_of(
        plan_of(*STAFF[:2], letters=2),
        at(3, 29),
        facts(
            "smith",
            attempts=(sent("request", at(3, 15)),),
            heard=(heard("auto_reply", at(3, 16), return_on=date(2027, 4, 12)),),
        ),
        facts("gomez", words=(Word(at(3, 20), "pause"),)),
    )
    for form in shown(view):
        assert "away, nothing before Wed 14 April" in form
        assert "paused" in form


def test_next_says_when_by_which_rule_and_why() -> None:
    for form in shown(busy()):
        coming = form[form.lower().index("what goes out next") :]
        assert "today, 10:03" in coming
        assert "Dr. Okafor: reminder. No answer yet: one polite reminder" in coming
        assert "S5" in coming
        assert "You see it in full first" in coming
        assert "in reserve for okafor" in coming


def test_new_letters_are_shown_in_full_with_the_order_that_stops_them() -> None:
    for form in shown(busy()):
        assert squeezed(LETTER) in form
        assert "lee stop" in form


def test_a_shortfall_is_said_the_same_day() -> None:
    for form in shown(shortfall()):
        assert "You will be 3 letters short as things stand: add a writer to the plan." in form
        assert "Goal 4 letters by Wed 22 September: 1 agreed, 0 in, 1 possible, 3 short." in form
        assert "research: 1 lost" in form


@pytest.mark.parametrize("left", [21, 14, 7, 3, 1, 0, -1, -5])
def test_the_due_date_nears(left: int) -> None:
    for form in shown(due_in(left)):
        assert "agreed, but the letter is not in" in form
        assert "Uploading is not assigning" in form
        assert "ERAS takes at most 4 letters per program" in form


@pytest.mark.parametrize("left", [22, 20, 15, 8, 2])
def test_between_those_days_it_is_quiet(left: int) -> None:
    for form in shown(due_in(left)):
        assert "Uploading is not assigning" not in form


def due_in(left: int) -> DigestView:
    """One letter agreed and not in, so many days before it is due."""
    now = at(9, 15) - timedelta(days=left)
    known = facts(
        "smith",
        attempts=(
            sent("request", at(3, 15)),
            sent("packet", at(3, 17)),
            sent("follow_up", at(8, 24)),
        ),
        heard=(heard("yes", at(3, 16), "Yes."),),
    )
    return view_of(plan_of(STAFF[0], letters=1), now, known)


def test_near_the_due_date_each_stage_has_its_own_words() -> None:
    for form in shown(near_due()):
        assert "in the portal, not known to be assigned" in form
        assert "they say it is in, you have not seen it yet" in form
        assert "smith assigned" in form
        assert "okafor uploaded" not in form, "that one is done"


def test_other_services_have_no_limit_of_four() -> None:
    plan = plan_of(STAFF[0], letters=1, season={"service": "ResidencyCAS"})
    view = view_of(plan, at(9, 14), *(row.facts for row in due_in(1).table.rows))
    for form in shown(view):
        assert "Uploading is not assigning" in form
        assert "ERAS" not in form


def test_a_reserve_is_not_missed() -> None:
    plan = plan_of(writer("lee", "Min-jun Lee", backup_for=["smith"]), STAFF[0], letters=1)
    view = view_of(plan, at(9, 8), *(row.facts for row in due_in(7).table.rows))
    for form in shown(view):
        assert "not asked yet" not in form.replace("not yet not asked", "")


def test_a_quiet_day_is_short() -> None:
    text = compose_digest_text(quiet())
    assert len(text.splitlines()) <= 32
    assert "No letter is in danger." in text
    assert "and 2 more after that" in text


def test_the_last_digest_names_every_letter_and_its_state() -> None:
    for form in shown(last()):
        for said in (
            "Dr. Smith: in the portal",
            "Prof. Gomez: followed up, not in yet",
            "Dr. Lee: says it is in",
            "Dr. Okafor: in and assigned",
        ):
            assert said in form
        assert "Not seen in the portal: Prof. Gomez and Dr. Lee." in form


def test_the_first_digest() -> None:
    for form in shown(first()):
        assert "This is the first digest of the season. Nothing new." in form
        assert "The file cv.pdf is not there" in form


def test_a_late_digest_says_what_it_covers() -> None:
    for form in shown(failing()):
        assert "this digest covers 3 days" in form


def test_a_message_kept_waiting_too_long_is_the_first_line() -> None:
    plan = plan_of(STAFF[0], letters=1, policy={"approve": "each"})
    waiting = sent("packet", at(3, 16), state="planned", noticed_at=at(3, 16, 16))
    known = facts(
        "smith",
        attempts=(sent("request", at(3, 15)), replace(waiting, at=None)),
        heard=(heard("yes", at(3, 16), "Yes."),),
    )
    draft = compose_digest(view_of(plan, at(3, 20), known))
    assert draft.text.startswith("[!] Warning: Late: the packet to Dr. Smith waits for your word.")
    assert draft.subject.startswith("Letters: a message is late, ")
    assert "smith go" in draft.text


def test_a_flood_of_happenings_is_cut_and_says_so() -> None:
    many = tuple(
        Happening(at(4, 8) + timedelta(minutes=i), "smith", f"event number {i}") for i in range(90)
    )
    for form in shown(replace(busy(), happened=many)):
        assert "50 earlier ones are left out here" in form
        assert "event number 89" in form
        assert "event number 49" not in form


def test_two_of_one_name_are_told_apart() -> None:
    plan = plan_of(writer("ann", "Ann Lee"), writer("bob", "Bob Lee"), letters=2)
    for form in shown(view_of(plan, at(3, 1))):
        assert "Dr. Ann Lee (ann)" in form
        assert "Dr. Bob Lee (bob)" in form


def test_times_are_the_applicants_on_the_days_of_23_and_25_hours() -> None:
    zone = plan_of(STAFF[0]).zone
    spring, autumn = date(2027, 3, 14), date(2027, 11, 7)
    assert moment(at(3, 14, 7, 59), zone, spring) == "today, 01:59"
    assert moment(at(3, 14, 8, 1), zone, spring) == "today, 03:01"
    assert moment(at(11, 7, 6, 30), zone, autumn) == "today, 01:30"
    assert moment(at(11, 7, 7, 30), zone, autumn) == "today, 01:30"
    assert moment(at(11, 8, 5, 59), zone, autumn) == "today, 23:59"
    assert moment(at(3, 14, 12, 0, 2028), zone, spring) == "Tue 14 March 2028, 07:00"


def test_lines_fit_a_mail_and_the_html_is_not_clipped() -> None:
    for name, scene in SCENES.items():
        draft = compose_digest(scene())
        long = [line for line in draft.text.splitlines() if len(line) > 78]
        assert not long, name
        assert len(draft.html.encode()) < 100_000, "Gmail hides what comes after 102 kB"


def test_nothing_remote_and_every_style_inline() -> None:
    html = compose_digest_html(busy())
    assert "http://" not in html
    assert "https://" not in html
    tree = LexborHTMLParser(html)
    assert tree.css("html")[0].attributes["lang"] == "en"
    assert not tree.css("script, img, link, iframe")
    layout = [t for t in tree.css("table") if t.attributes.get("role") not in ("table", "img")]
    assert all(t.attributes.get("role") == "presentation" for t in layout)
    assert all("style" in td.attributes for td in tree.css("table.facts td"))
    style = tree.css("style")[0].text()
    assert "prefers-color-scheme" in style
    assert style.strip().startswith("@media"), "only what can't be inline stays in the head"


def test_checks_that_are_alike_stand_together_behind_what_is_missing() -> None:
    before = near_due()
    smith, gomez, lee, okafor = (row.facts for row in before.table.rows)
    seen = replace(lee, words=(Word(at(8, 21), "uploaded"),))
    view = view_of(before.plan, at(9, 8, 12), smith, gomez, seen, okafor)
    text = compose_digest_text(view)
    assert "3 to check" in text.splitlines()[0]
    gomez_at, both_at = text.index("* Prof. Gomez [D5]"), text.index("* Dr. Smith and Dr. Lee [D5]")
    assert gomez_at < both_at
    assert "[ smith assigned ]" in text
    assert "[ lee assigned ]" in text
