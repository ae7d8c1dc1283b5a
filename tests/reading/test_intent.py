"""What a reply is taken for: plain answers, traps, and the lexicon's own examples."""

from __future__ import annotations

import time

import pytest

from lordaemon.reading.intent import explain, judge, phrases
from lordaemon.reading.lexicon import Lexicon, Section, english, load, plain
from lordaemon.reading.model import LABELS, trained
from lordaemon.reading.phrase import PhraseReader
from lordaemon.reading.sentences import split, to_words
from lordaemon.reading.verdict import Stage

YES = [
    "Of course, I'd be happy to write you a letter.",
    "Happy to!",
    "Absolutely. Please send me your CV and personal statement.",
    "Yes, I'd be honored to write on your behalf. When is it due?",
    "I would be glad to write a letter for you. Sorry for the slow reply, I was on service.",
    "No problem at all, I'll write it. Send me the form.",
    "I don't see why not! Happy to do it, send me your CV.",
]
NOT_A_YES = [
    "Ok",
    "Fine.",
    "Got it, thanks.",
    "Thanks!",
    "Yes and no. Call me.",
    "I'd love to, but I can't take on another letter this year.",
    "I would be happy to, but I don't think I know your work well enough.",
    "Happy to help. Send me a draft and I'll sign it.",
    "Happy to write it, on one condition: we meet first.",
    "I could write one, but it would be a lukewarm letter.",
    "I'd be happy to serve as a phone reference instead.",
    "I said yes too quickly last week. On second thought I'm not the right person.",
    "Yes, I will write for Priya. You're her roommate, aren't you? For you I can't.",
    "Natürlich schreibe ich Ihnen das Empfehlungsschreiben, sehr gerne.",
    "Con mucho gusto le escribo la carta.",
    "Happy to swap shifts on Saturday!",
    "I'm so happy for you! Congratulations on the match list.",
    "Sure, once you've finished the rotation and if the chair agrees.",
]
DECLINES = [
    "I'm afraid I can't write you a letter this year.",
    "I'm not able to write a letter for you. I'm sorry.",
    (
        "I don't think I'm the best person to write this letter; you'd be better served by someone "
        "who worked with you more closely."
    ),
    "I have to decline, I simply don't know you well enough.",
    "Unfortunately I am not taking on any more letters this season.",
]
UPLOADED = [
    "I uploaded your letter to ERAS this morning.",
    "Just submitted the letter. Good luck!",
    "Your letter was uploaded yesterday.",
]
NOT_UPLOADED = [
    "I'll upload it this weekend.",
    "I thought I had submitted it already, let me look.",
    "I tried to upload it but the portal gave me an error.",
    "I will submit the letter by Friday.",
    "I have not uploaded it yet.",
]


OTHER_BUSINESS = [
    "Yes, take the second figure for the poster. I'd be glad to look at the revision.",
    "Happy to swap the Saturday shift with you, if Dana is fine with it.",
    "I submitted the abstract this morning, with all six names.",
    "Sure, the conference room is yours from two to three.",
    "I faxed the consent form to the grants office. Let me know if it came through.",
    "Sorry, I can't make the journal club on Thursday. Could you take my slides along?",
    "Welcome to the new parking scheme. Badges are handed out in the lobby. Please bring yours.",
]


@pytest.mark.parametrize("text", YES)
def test_a_plain_yes_is_acted_on_and_quoted(text: str) -> None:
    verdict = judge(text, "", "asked")
    assert (verdict.label, verdict.confident) == ("yes", True), verdict
    assert all(span in text for span in verdict.evidence)


@pytest.mark.parametrize("text", NOT_A_YES + DECLINES)
def test_what_could_be_anything_else_is_no_confident_yes(text: str) -> None:
    verdict = judge(text, "", "asked")
    assert not (verdict.label == "yes" and verdict.confident), verdict
    assert verdict.reason


@pytest.mark.parametrize("stage", ["asked", "reminded", "confirmed"])
@pytest.mark.parametrize("text", OTHER_BUSINESS)
def test_a_yes_or_a_claim_about_other_business_is_left_alone(text: str, stage: Stage) -> None:
    verdict = judge(text, "", stage)
    assert not verdict.confident, verdict


def test_a_long_message_that_never_speaks_of_the_letter_is_left_alone() -> None:
    lines = ["Yes.", "Gladly.", "Yes, the blue one.", "No.", "Of course.", "Sure.", "Friday.",
             "Absolutely.", "Consider it done."]  # fmt: skip
    verdict = judge("\n\n".join(lines), "", "asked")
    assert not verdict.confident, verdict
    assert "never speaks of the letter" in verdict.reason or verdict.label != "yes"


@pytest.mark.parametrize("text", DECLINES)
def test_a_decline_is_at_least_suspected(text: str) -> None:
    assert judge(text, "", "asked").label == "no"


@pytest.mark.parametrize("text", DECLINES + NOT_A_YES + NOT_UPLOADED)
def test_nothing_but_a_claim_counts_as_uploaded(text: str) -> None:
    verdict = judge(text, "", "confirmed")
    assert not (verdict.label == "uploaded" and verdict.confident), verdict


@pytest.mark.parametrize("text", UPLOADED)
def test_a_claim_is_acted_on(text: str) -> None:
    verdict = judge(text, "", "confirmed")
    assert (verdict.label, verdict.confident) == ("uploaded", True), verdict


@pytest.mark.parametrize("text", ["Got it, thanks!", "Thanks!", "Received, thank you."])
def test_after_the_packet_a_thank_you_is_an_acknowledgement(text: str) -> None:
    verdict = judge(text, "", "confirmed")
    assert (verdict.label, verdict.confident) == ("unclear", False)
    assert "acknowledgement" in verdict.flags


@pytest.mark.parametrize("stage", ["asked", "reminded", "confirmed"])
def test_no_words_mean_nothing(stage: Stage) -> None:
    assert judge("", "", stage).label == "unclear"
    assert not judge("   \n\n", "", stage).confident
    assert not judge("👍", "", stage).confident


def test_an_answer_in_the_subject_counts_where_the_text_is_empty() -> None:
    verdict = judge("", "Yes, happy to write it", "asked")
    assert (verdict.label, verdict.confident) == ("yes", True)


def test_only_three_labels_are_ever_acted_on() -> None:
    for text in ("My coordinator Maria will handle this.", "Ask me again in August."):
        assert not judge(text, "", "asked").confident


def test_explaining_names_the_sentence_and_what_refused_it() -> None:
    text = "I'd be happy to write for you. But I can't in good conscience take it on this year."
    rows = explain(text, "", "asked")
    assert [sentence for sentence, *_ in rows] == [
        "I'd be happy to write for you.",
        "But I can't in good conscience take it on this year.",
    ]
    assert rows[0][2] == "yes"
    assert rows[1][3]


@pytest.mark.parametrize("section", english().sections, ids=lambda section: section.name)
def test_every_meaning_finds_its_own_example(section: Section) -> None:
    found = [hit for s in split(section.example) for hit in phrases(english(), s.words)]
    assert section.name in {hit.section.name for hit in found}


@pytest.mark.parametrize("section", english().sections, ids=lambda section: section.name)
def test_every_meaning_says_what_it_is_and_looks_like(section: Section) -> None:
    assert section.meaning.endswith(".")
    assert section.label in ("", *LABELS)


def test_how_phrases_are_written() -> None:
    def finds(phrase: str, text: str) -> bool:
        lexicon = load(("en",))
        section = next(one for one in lexicon.sections if one.does == "veto" and not one.unless)
        written = {phrase: PhraseReader({"it": ["it", "this one"]}).phrase(phrase)}
        return bool(Lexicon([(section, written)]).find(plain(to_words(text))))

    assert finds("can't write", "I cannot write it")
    assert finds("not the best/right person", "you are not the right person")
    assert finds("not [really] sure", "I am not sure")
    assert finds("letter ... someone", "a letter, I think, from someone")
    assert not finds("letter ... someone", "a letter, with all of the many praises, from someone")
    assert finds("^no", "No, sorry")
    assert not finds("^no", "Oh no")
    assert finds("no$", "Oh no")
    assert finds("do <it>", "I will do this one")
    assert finds("declin*", "I am declining")
    assert finds("ask @name", "You should ask Petra")


def test_a_name_list_that_is_missing_is_told() -> None:
    with pytest.raises(ValueError, match="no list <nowhere>"):
        PhraseReader({}).phrase("do <nowhere>")


def test_sentences_stand_in_the_text_and_leave_the_greeting() -> None:
    text = "Dear Priya,\n\nHappy to. I was on\nservice; Dr. Lee can tell.\n\nBest regards,"
    sentences = [sentence.text for sentence in split(text)]
    assert all(sentence in text for sentence in sentences)
    assert sentences[0] == "Happy to."
    assert "Dear Priya," not in sentences
    assert "Best regards," not in sentences


def test_drawn_out_words_are_words() -> None:
    assert to_words("Yesss, sooo happy, MS III, www") == to_words("Yes, so happy, MS III, www")


def test_an_accepting_phrase_is_no_everyday_word() -> None:
    """A slang word in a phrase ("ya") must not make a plain one ("you") accept."""
    for text in ("You should ask Priya.", "You were a pleasure on the ward.", "Thank you, Sam."):
        for sentence in split(text):
            found = [h for h in phrases(english(), sentence.words) if h.section.does == "accept"]
            assert not found, (text, found)


def test_contractions_and_numbers_are_written_out() -> None:
    assert to_words("I can’t; I'd do 12") == ("i", "can", "not", ";", "i", "would", "do", "0")


def test_the_weights_are_small_and_complete() -> None:
    model = trained()
    assert {"yes", "no", "uploaded"} <= set(model.heads)
    assert len(next(iter(model.table.values()))) == 2 * len(LABELS) + 1


def test_a_long_message_takes_milliseconds() -> None:
    text = "I worked with you in March and it was a pleasure, as everyone on the ward said. " * 40
    judge(text, "", "asked")
    started = time.process_time()
    judge(text, "", "asked")
    assert time.process_time() - started < 0.2
