"""What the channel itself says to customers: its menu, and what its commands stand for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One entry of the menu: what it says there, and the sentence it stands for."""

    menu: str
    says: str


COMMANDS: dict[str, dict[str, Command]] = {
    "ja": {
        "stock": Command("在庫を調べる", "在庫を調べたい"),
        "order": Command("ご注文の状況を見る", "注文状況を知りたい"),
        "pickup": Command("店舗受取を確かめる", "店舗受取の状況を知りたい"),
        "points": Command("ポイントを見る", "ポイント残高を教えて"),
        "store": Command("店舗の案内を見る", "店舗の営業時間を教えて"),
        "human": Command("担当者に相談する", "担当者と話したい"),
        "language": Command("Speak English", "English please"),
        "help": Command("できることを見る", "ヘルプ"),
    },
    "en": {
        "stock": Command("Check stock", "I want to check stock"),
        "order": Command("Where is my order?", "Where is my order?"),
        "pickup": Command("My store pickup", "Is my pickup ready?"),
        "points": Command("My points", "How many points do I have?"),
        "store": Command("Stores and opening hours", "What are your store hours?"),
        "human": Command("Talk to a person", "I want to talk to a person"),
        "language": Command("日本語で話す", "もう一度日本語でお願いします"),
        "help": Command("What I can do", "help"),
    },
}

SHORT_DESCRIPTION = {
    "ja": "在庫・ご注文・店舗受取・ポイントのご案内をする自動応答の窓口です。",
    "en": "Our automatic counter for stock, orders, store pickup and points.",
}

DESCRIPTION = {
    "ja": "在庫、ご注文、店舗受取、ポイントについて、自動応答の窓口がお答えします。"
    "担当者にもおつなぎできます。「開始」を押してお話しください。",
    "en": "Our automatic counter answers questions about stock, orders, store pickup and points. "
    "You can have a person, too. Press Start to begin.",
}


def language(code: str | None, languages: Collection[str]) -> str:
    """Which of our languages suits a client's language code (IETF)."""
    primary = (code or "").partition("-")[0].lower()
    fallback = "en" if code and "en" in languages else next(iter(languages))
    return primary if primary in languages else fallback
