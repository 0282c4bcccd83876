"""Whatever the bot says fits what a channel can show, and nothing of it is lost."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Abilities, degraded
from bot.channel.splitting import length
from bot.messages.outbound import Card, Cards, Choice, Outbound, Picture, Place, Text


def abilities(
    *,
    text_limit: int = 100,
    choice_limit: int = 4,
    label_limit: int = 20,
    card_limit: int = 3,
    kinds: frozenset[str] = frozenset(),
) -> Abilities:
    return Abilities(text_limit, choice_limit, label_limit, card_limit, kinds)


ALL_KINDS = frozenset({"cards", "picture", "place"})
WORDS = st.text(st.sampled_from("あ店 \n。、a.!?「」👨\u200d👩e\u0301🇯🇵5"), max_size=120)
SHORT = st.text(st.sampled_from("あいうabc🎁 "), min_size=1, max_size=30)
CHOICES = st.lists(st.builds(Choice, SHORT, SHORT), max_size=8).map(tuple)
CARDS = st.lists(
    st.builds(Card, SHORT, st.none() | WORDS, st.none(), CHOICES), min_size=1, max_size=4
)
OUTBOUND: st.SearchStrategy[Outbound] = st.one_of(
    st.builds(Text, WORDS, CHOICES),
    st.builds(Cards, CARDS.map(tuple)),
    st.builds(Picture, st.just("https://shop.example/p.jpg"), SHORT),
    st.builds(Place, SHORT, SHORT, st.just(35.6), st.just(139.7)),
)
ABILITIES = st.builds(
    Abilities,
    text_limit=st.integers(2, 120),
    choice_limit=st.integers(0, 6),
    label_limit=st.integers(1, 25),
    card_limit=st.integers(1, 4),
    kinds=st.sets(st.sampled_from(sorted(ALL_KINDS))).map(frozenset),
)


def choices_of(message: Outbound) -> list[tuple[Choice, ...]]:
    match message:
        case Text(_, choices):
            return [choices]
        case Cards(cards):
            return [card.choices for card in cards]
    return []


def words_of(messages: tuple[Outbound, ...]) -> str:
    texts = (message.text for message in messages if isinstance(message, Text))
    return re.sub(r"\s", "", "".join(texts))


@given(OUTBOUND, ABILITIES)
def test_every_message_keeps_the_limits(message: Outbound, limits: Abilities) -> None:
    for shown in degraded(message, limits):
        match shown:
            case Text(text):
                assert length(text) <= limits.text_limit
            case Cards(cards):
                assert "cards" in limits.kinds
                assert len(cards) <= limits.card_limit
            case Picture():
                assert "picture" in limits.kinds
            case Place():
                assert "place" in limits.kinds
        for choices in choices_of(shown):
            assert len(choices) <= limits.choice_limit
            assert all(length(choice.label) <= limits.label_limit for choice in choices)


@given(WORDS, ABILITIES)
def test_split_text_loses_no_word(text: str, limits: Abilities) -> None:
    assert words_of(degraded(Text(text), limits)) == re.sub(r"\s", "", text)


@given(WORDS, CHOICES, ABILITIES)
def test_every_choice_is_a_button_or_listed(
    text: str, choices: tuple[Choice, ...], limits: Abilities
) -> None:
    shown = degraded(Text(text, choices), limits)
    buttons = [choice for message in shown for group in choices_of(message) for choice in group]
    assert [button.tap for button in buttons] == [
        choice.tap for choice in choices[: limits.choice_limit]
    ]
    for number, choice in enumerate(choices, start=1):
        whole = number <= len(buttons) and buttons[number - 1].label == choice.label
        assert whole or re.sub(r"\s", "", f"{number}.{choice.label}") in words_of(shown)


@given(OUTBOUND, ABILITIES)
def test_a_message_that_was_fitted_once_stays_as_it_is(
    message: Outbound, limits: Abilities
) -> None:
    once = degraded(message, limits)
    assert tuple(again for shown in once for again in degraded(shown, limits)) == once


@given(OUTBOUND)
def test_a_channel_that_shows_everything_gets_the_message_as_meant(message: Outbound) -> None:
    assert degraded(message, Abilities(10_000, 100, 200, 50, ALL_KINDS)) == (message,)


def test_long_text_is_cut_where_sentences_end() -> None:
    text = "在庫はございます。梅田店に二点です。お取り置きしましょうか。"
    shown = degraded(Text(text, (Choice("はい", "yes"),)), abilities(text_limit=20))
    assert shown == (
        Text("在庫はございます。梅田店に二点です。"),
        Text("お取り置きしましょうか。", (Choice("はい", "yes"),)),
    )


def test_prices_and_decimals_are_no_sentence_ends() -> None:
    text = "It weighs 12.5 kg in its box. Shall we send it?"
    shown = degraded(Text(text), abilities(text_limit=31))
    assert shown == (Text("It weighs 12.5 kg in its box."), Text("Shall we send it?"))


def test_a_family_of_emoji_is_not_torn_apart() -> None:
    family = "👨\u200d👩\u200d👧"
    shown = degraded(Text(f"あああああ{family}"), abilities(text_limit=10))
    assert shown == (Text("あああああ"), Text(family))


def test_choices_beyond_the_limit_are_listed_with_their_numbers() -> None:
    choices = tuple(Choice(f"{size}cm", f"t{size}") for size in range(24, 30))
    shown = degraded(Text("サイズは?", choices), abilities(choice_limit=4))
    assert shown == (Text("サイズは?\n5. 28cm\n6. 29cm", choices[:4]),)


def test_a_label_that_had_to_be_cut_stands_in_full_in_the_text() -> None:
    shown = degraded(
        Text("どちらの店舗でしょうか", (Choice("グランフロント大阪店", "s1"),)),
        abilities(label_limit=6),
    )
    assert shown == (
        Text("どちらの店舗でしょうか\n1. グランフロント大阪店", (Choice("グランフロ…", "s1"),)),
    )


def test_cards_become_one_text_whose_buttons_still_tell_them_apart() -> None:
    cards = Cards(
        (
            Card("赤", "在庫あり", None, (Choice("選ぶ", "r"),)),
            Card("青", None, None, (Choice("選ぶ", "b"),)),
        )
    )
    assert degraded(cards, abilities()) == (
        Text("赤\n在庫あり\n\n青", (Choice("赤 選ぶ", "r"), Choice("青 選ぶ", "b"))),
    )


def test_too_many_cards_go_in_several_messages() -> None:
    cards = tuple(Card(str(number)) for number in range(4))
    shown = degraded(Cards(cards), abilities(kinds=ALL_KINDS))
    assert shown == (Cards(cards[:3]), Cards(cards[3:]))


def test_a_picture_becomes_its_description_and_link() -> None:
    shown = degraded(Picture("https://shop.example/p.jpg", "会員証"), abilities())
    assert shown == (Text("会員証\nhttps://shop.example/p.jpg"),)


def test_a_place_becomes_its_address_and_a_map_link() -> None:
    shown = degraded(Place("梅田店", "大阪市北区1-1", 34.7, 135.5), abilities())
    assert shown == (Text("梅田店\n大阪市北区1-1\nhttps://www.google.com/maps?q=34.7,135.5"),)
