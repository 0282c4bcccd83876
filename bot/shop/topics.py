"""What a page on a topic is called, so that it is found when the question words it otherwise."""

from collections.abc import Mapping

TITLES: Mapping[str, Mapping[str, str]] = {
    "change_order": {"ja": "注文の変更 キャンセル", "en": "changing or cancelling an order"},
    "points_rules": {"ja": "ポイントの貯め方 使い方", "en": "earning and using points"},
    "return_exchange": {"ja": "返品 交換", "en": "returns and exchange"},
    "notification_settings": {"ja": "お知らせの停止", "en": "turning notices on and off"},
    "privacy_request": {"ja": "お預かりしている情報", "en": "what data we keep"},
}

BROAD = frozenset({"faq", "member_account"})
"""Topics of many pages: the question alone finds the one."""
