"""Different words for one thing, and words that say nothing of the topic. Pure."""

import re

from backend.catalogue.folding import fold

# The first of a line stands for the others.
_SAME = """
包装 ラッピング ギフト包装 プレゼント包装 プレゼント用 贈り物
送料 配送料 配送費 配送料金 発送料
配送 配達 お届け 発送
支払 支払い お支払い お支払 決済
領収書 レシート インボイス 適格請求書
返金 払い戻し 払戻し
返品 返却
交換 取り替え 取替え 取りかえ
会員登録 入会 新規登録 アカウント作成
退会 解約 アカウント削除
不良品 初期不良 壊れ 破損 キズ 傷
修理 お直し リペア
店舗受取 店頭受取 店舗受け取り 店頭受け取り 店舗での受け取り 店舗で受け取
取置 取り置き 取置き お取り置き とりおき
忘れ物 落とし物 遺失物
gift_wrapping gift_wrap wrapping wrapped wrap
shipping_fee shipping_cost delivery_fee delivery_cost delivery_charge shipping_charge postage
refund money_back
receipt invoice
payment pay paying
return returns returning send_back bring_back
exchange exchanges exchanging swap
sign_up signup join register
faulty broken damaged defective
repair repairs fix mend
"""
_EMPTY = """
できますか できません 可能ですか ありますか でしょうか ですか ますか したいのですが したいです
したい
のですが んですが ください 下さい 教えて どうすれば どうやって いいですか 何ですか お願いします
について もらえますか いただけますか してくれますか 知りたい
can could do does did is are am i you we my your me it the a an to of for in on at with how what
when where which please want would like tell there any get have if be or and
"""


def _text(word: str) -> str:
    return fold(word.replace("_", " "))


_STANDS_FOR = {
    _text(word): _text(line.split()[0]) for line in _SAME.split("\n") for word in line.split()
}


def _pattern(words: set[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    # English words end where they end; Japanese ones run into the next.
    return re.compile(
        "|".join(
            rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)
            for word in longest_first
        )
    )


_WORDS = _pattern(set(_STANDS_FOR))
_SAYS_NOTHING = _pattern({_text(word) for word in _EMPTY.split()})


def canonical(text: str) -> str:
    """The text folded, with one word for each thing: ラッピング is 包装."""
    return _WORDS.sub(lambda found: _STANDS_FOR[found.group()], fold(text))


def topic(question: str) -> str:
    """What a question is about: canonical, without "can you" and 「できますか」."""
    return " ".join(_SAYS_NOTHING.sub(" ", canonical(question)).split())
