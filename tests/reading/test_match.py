"""Whose message is it, and how sure is that? (H13)"""

from __future__ import annotations

from lordaemon.reading.match import KnownWriter, OurMessage, match
from tests.reading.mails import REQUEST, mail

LEE = KnownWriter("lee", "Jane Lee", ("jane.lee@hospital.example",))
DIAZ = KnownWriter("diaz", "Ana Diaz", ("ana@clinic.example", "shared@clinic.example"))
ROY = KnownWriter("roy", "Om Roy", ("roy@lab.example", "shared@clinic.example"))
WRITERS = (LEE, DIAZ, ROY)
TO_LEE = OurMessage(
    "lee", "<lor.2028.request.1.abc@example.edu>", REQUEST, "Letter of recommendation",
    "request", "lor.2028.request.1.abc", ("<new-id@outlook.example>",),
)  # fmt: skip
TO_DIAZ = OurMessage(
    "diaz", "lor.2028.request.1.def@example.edu",
    REQUEST.replace("Lee", "Diaz").replace("the cardiology service in March", "nights in May"),
    token="lor.2028.request.1.def",
)  # fmt: skip
SENT = (TO_LEE, TO_DIAZ)


def test_an_id_of_ours_in_the_thread_comes_first() -> None:
    message = mail("ok", in_reply_to="<lor.2028.request.1.def@example.edu>")
    found = match(message, WRITERS, SENT)
    assert (found.writer_id, found.how, found.certain) == ("diaz", "thread", True)
    assert found.stranger
    assert found.answers == TO_DIAZ


def test_ids_a_provider_gave_and_tokens_in_references_count() -> None:
    rewritten = match(mail("ok", in_reply_to="<new-id@outlook.example>"), WRITERS, SENT)
    assert (rewritten.writer_id, rewritten.how) == ("lee", "thread")
    token = mail("ok", references="<x@y> <LOR.2028.request.1.def@elsewhere> <z@y>")
    assert match(token, WRITERS, SENT).writer_id == "diaz"


def test_a_quote_of_exactly_one_of_ours() -> None:
    quote = "\n".join(f"> {line}" for line in REQUEST.split("\n"))
    stranger = mail(f"I handle her mail.\n\n{quote}", **{"from": "Maria <maria@office.example>"})
    found = match(stranger, WRITERS, SENT)
    assert (found.writer_id, found.how, found.stranger) == ("lee", "quote", True)
    assert found.names_letter


def test_a_quote_that_fits_two_tells_nothing() -> None:
    shared = [line for line in REQUEST.split("\n") if "applying" in line or "strong" in line]
    common = "\n".join(f"> {line}" for line in shared)
    found = match(mail(f"ok\n\n{common}", **{"from": "x@y.example"}), WRITERS, SENT)
    assert found.writer_id is None
    assert found.names_letter


def test_the_exact_address() -> None:
    found = match(mail("hello", **{"from": "Jane <JANE.LEE@hospital.example>"}), WRITERS, SENT)
    assert (found.writer_id, found.how, found.certain) == ("lee", "address", True)
    assert not found.stranger
    near = match(
        mail("hi", subject="hi", **{"from": "jane.lee@hospital.example.evil"}), WRITERS, SENT
    )
    assert (near.writer_id, near.how) == (None, "none")


def test_an_address_of_two_writers_and_a_name_alone_are_only_probable() -> None:
    shared = match(mail("hello", **{"from": "shared@clinic.example"}), WRITERS, SENT)
    assert not shared.certain
    named = match(mail("hello", **{"from": "Lee, Jane, MD <jl@home.example>"}), WRITERS, SENT)
    assert (named.writer_id, named.how, named.certain) == ("lee", "name", False)
    assert named.stranger


def test_an_unknown_sender_who_names_a_letter() -> None:
    found = match(
        mail("About the letter of recommendation.", subject="x", **{"from": "a@b.example"}),
        WRITERS, SENT,
    )  # fmt: skip
    assert (found.writer_id, found.how) == (None, "none")
    assert found.names_letter
    plain = match(mail("Lunch?", subject="Lunch", **{"from": "a@b.example"}), WRITERS, SENT)
    assert not plain.names_letter


def test_reply_to_elsewhere_is_a_flag() -> None:
    found = match(mail("x", reply_to="other@x.example"), WRITERS, SENT)
    assert found.flags == {"reply_to_elsewhere"}
    assert (
        match(mail("x", reply_to="jane.lee@hospital.example"), WRITERS, SENT).flags == frozenset()
    )
