"""What makes a Japanese line one of a good counter; each rule with lines that keep and break it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


def _keys(text: str) -> frozenset[str]:
    return frozenset(text.split())


SENTENCES = 3
CHARACTERS = 120
FACTS_LINE_BY_LINE = _keys(
    "stock.anywhere order.preparing order.shipped order.partially_shipped order.delivered "
    "order.partially_delivered points.expiry coupons.list store.info staffed.page"
)
"""Lines that set facts out one to a line: only their first sentence has to be short."""

REFUSALS = _keys(
    "stock.not_sold stock.not_here stock.unknown stock.nowhere stock.online_out "
    "stock.online_unknown hold.not_offered hold.just_gone hold.limit hold.refused "
    "hold.nothing_there hold.none hold.already_gone hold.changed_meanwhile order.none "
    "hold.stays_as_it_is "
    "order.not_found pickup.changed_meanwhile order.guest_locked "
    "order.on_hold pickup.none pickup.none_ready pickup.not_for_this "
    "pickup.cannot_change pickup.not_at_that_store pickup.expired pickup.code_at_the_till "
    "points.no_programme coupons.no_programme proof.locked proof.not_sent manners.lost "
    "manners.rephrase manners.nothing_to_cancel fault.unavailable fault.unknown_outcome"
)
OUTCOMES = _keys(
    "hold.put_aside hold.requested hold.released pickup.extended pickup.moved pickup.was_cancelled"
)
_NEXT_STEP = re.compile(
    "担当者|お電話|ほかの|店舗では、|に在庫があります|で残りわずか|次の入荷|お調べ|お尋ね|お送り|"
    "お伝え|ご案内でき|承れます|承ります|お試し"
)
_DATE = re.compile(r"(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/])")
_OBSERVED = re.compile(r"\d{1,2}/\d{1,2} \d{1,2}:\d{2}時点")
_OBSERVED_NOTE = re.compile(r"（[^（）]*時点[^（）]*）")
"""Rule 2 asks for it: it does not count against the length."""
_URL = re.compile(r"https?://\S+")
_EMOJI = re.compile("[\U0001f000-\U0001faff☀-☄☆-➿️]")
"""A rating is written with ★, which is none."""


@dataclass(frozen=True)
class Rule:
    """`broken` says whether the text of a line breaks it; examples are (key, text)."""

    name: str
    broken: Callable[[str, str], bool]
    good: tuple[tuple[str, str], ...]
    bad: tuple[tuple[str, str], ...]


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line end ends one as well."""
    return [part for part in re.split(r"[。？！\n]+", text) if part.strip("）」 ")]


def questions(text: str) -> int:
    """How many questions a text asks."""
    return len(re.findall(r"か。|か$|？|\?", _URL.sub("", text), flags=re.MULTILINE))


def _too_long(key: str, text: str) -> bool:
    if key in FACTS_LINE_BY_LINE:
        return len(text.splitlines()[0]) > CHARACTERS
    said = _URL.sub("", text)
    plain = _OBSERVED_NOTE.sub("", said).replace("\n", "")
    return len(sentences(said)) > SENTENCES or len(plain) > CHARACTERS


def _without_weekday(_: str, text: str) -> bool:
    left = _OBSERVED.sub("", _URL.sub("", text))
    return any(not left[found.end() :].startswith("(") for found in _DATE.finditer(left))


def _holds(*words: str) -> Callable[[str, str], bool]:
    found = re.compile("|".join(words))
    return lambda _, text: bool(found.search(text))


RULES = (
    Rule(
        "1 short",
        _too_long,
        (("stock.in_store", "ソラ 26.5cmは、渋谷店に在庫があります（11/21 14:05時点）。"),),
        (("x", "一つ。二つ。三つ。四つ。"), ("x", "あ" * 121), ("coupons.list", "あ" * 121)),
    ),
    Rule(
        "1 no opening formula",
        _holds("お問い合わせいただき", "いつもご利用", "につきまして", "お世話になって"),
        (("x", "渋谷店に在庫があります。"),),
        (("x", "お問い合わせいただき誠にありがとうございます。"), ("x", "在庫につきまして。")),
    ),
    Rule(
        "2 nothing is certain, unknown is not zero",
        _holds("必ず", "絶対", "(?<![0-9,])0点", "間違いなく"),
        (("x", "渋谷店の在庫数は、ただいま確認できません。"), ("x", "10点です。")),
        (("x", "在庫は0点です。"), ("x", "必ずございますのでご来店ください。")),
    ),
    Rule(
        "3 done only when done",
        lambda key, text: key not in OUTCOMES and bool(re.search("いたしました|完了", text)),
        (("hold.put_aside", "渋谷店にお取り置きいたしました。"), ("x", "依頼します。")),
        (("x", "お取り置きいたしました。"), ("x", "手続きが完了しました。")),
    ),
    Rule(
        "4 one step of politeness",
        _holds(
            "よろしかったでしょうか", "のほう[にでのをは]", "になります", "させていただ", "なられ",
            "おられ", "了解", "すみません", "なるほど", "しときます", "おきますね", "ご苦労",
        ),
        (("x", "かしこまりました。梅田店の在庫をお調べします。"),),
        (
            ("x", "梅田店のほうの在庫でよろしかったでしょうか。"),
            ("x", "お調べさせていただきますね。"),
            ("x", "了解です。"),
            ("x", "税込4,990円になります。"),
        ),
    ),
    Rule(
        "5 no system talk",
        _holds("システム", "エラー", "サーバ", "データベース", "タイムアウト"),
        (("x", "発送済みのため、キャンセルは承れません。"),),
        (("x", "システムの都合上、対応できません。"),),
    ),
    Rule(
        "5 a refusal has a next step",
        lambda key, text: key in REFUSALS and not _NEXT_STEP.search(text),
        (("hold.limit", "上限に達しています。一つ取り消すと、新しく承れます。"),),
        (("hold.limit", "お取り置きは承れません。"),),
    ),
    Rule(
        "6 one question",
        lambda _, text: questions(text) > 1,
        (("x", "渋谷店にあります。お取り置きをご希望ですか。"),),
        (("x", "サイズはどちらですか。お色はどちらですか。"), ("x", "いかがですか？ほかには？")),
    ),
    Rule(
        "6 a yes has one meaning",
        _holds("なくてよろし", "ませんか", "ないですか", "なくても"),
        (("x", "依頼してよろしいですか。"),),
        (("x", "キャンセルしなくてよろしいですか。"),),
    ),
    Rule(
        "6 a confirmation ends in its question",
        lambda key, text: key.startswith("confirm.") and not text.endswith("てよろしいですか。"),
        (("confirm.x", "1点です。依頼してよろしいですか。"),),
        (("confirm.x", "依頼してよろしいですか。期限は11/23(月)です。"),),
    ),
    Rule(
        "7 one apology",
        lambda _, text: text.count("申し訳") > 1
        or bool(re.search("重ねて(深く)?お詫び|深く|大変申し訳|セール", text)),
        (("x", "ご迷惑をおかけして申し訳ございません。お荷物は営業所にあります。"),),
        (
            ("x", "申し訳ございません。重ねて申し訳ございません。"),
            ("x", "ところでただいまセール中です。"),
        ),
    ),
    Rule(
        "8 nobody learns who is a member",
        _holds("登録されて", "会員では(ありません|ございません)"),
        (("x", "ご入力の番号では、ご案内できるご注文が見つかりませんでした。"),),
        (("x", "このメールアドレスは会員登録されていません。"),),
    ),
    Rule(
        "9 numbers",
        _holds("[０-９]", "￥", r"\d{4,}(円|ポイント)", r"\d ?(pt|P\b)", "午前", "午後", "〜"),
        (("x", "1,280ポイントです。"), ("x", "税込4,990円、10:00–20:00です。")),
        (
            ("x", "１２８０ポイント"), ("x", "￥4990"), ("x", "4990円"), ("x", "1,280pt"),
            ("x", "午後3時"), ("x", "10:00〜20:00"),
        ),
    ),
    Rule(
        "9 weekdays",
        _without_weekday,
        (("x", "11/23(月・祝)まで（11/21 14:05時点）。"), ("x", "https://a.example/1/2 です")),
        (("x", "11/23までです。"), ("x", "期限は11/23 20:00です。")),
    ),
    Rule(
        "9 today with its date",
        lambda _, text: bool(re.search(r"(今日|本日|明日|昨日|明後日)(?!\d+/\d+\()", text)),
        (("x", "明日11/22(日)は10:00–20:00です。"),),
        (("x", "明後日までです。"), ("x", "明日の10:00です。")),
    ),
    Rule(
        "10 no wait is invented",
        _holds("少々お待ち", "しばらくお待ち", "すぐに(お|ご)", "まもなく", "順番に"),
        (("x", "担当者が、このトークでお返事します。"),),
        (("x", "少々お待ちください。"), ("x", "すぐにお返事します。")),
    ),
    Rule(
        "vocabulary",
        _holds(
            "お?取置", "(?<!お)取り置き", "キープ", "予約", "店頭受", "ピックアップ", "到着予定",
            "着日", "出荷済", "引換番号", "PIN", "失効", "仮ポイント", "オペレーター", "有人",
            "[◯△×](?! \\d)", "承知です", "店舗店",
        ),
        (("x", "お取り置き番号はH-1です。"), ("x", "受取コードは8842です。")),
        (
            ("x", "お取置きします。"), ("x", "取り置きします。"), ("x", "予約番号"),
            ("x", "渋谷店 ◯"), ("x", "ポイントが失効します。"), ("x", "店頭受け取り"),
        ),
    ),
    Rule(
        "calm",
        lambda _, text: bool(_EMOJI.search(text)) or "！" in text or "!" in text,
        (("x", "かしこまりました。"),),
        (("x", "ありがとうございます！"), ("x", "お調べします😊")),
    ),
)  # fmt: skip


def broken_rules(key: str, text: str) -> list[str]:
    """The names of the rules a line breaks."""
    return [rule.name for rule in RULES if rule.broken(key, text)]
