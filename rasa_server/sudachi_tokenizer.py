"""Words for Rasa: Sudachi's short units where there is Japanese, a pattern elsewhere.

Words end where the counter's own engine ends them (`bot/nlu/tokens.py`), so that both learn from
the same marks. Runs in Rasa's environment, with the root of the repository importable; nothing of
`bot` is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.spacy_tokenizer import POS_TAG_KEY
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from sudachipy import Dictionary, SplitMode

JAPANESE = re.compile(r"[぀-ヿ㐀-䶿一-鿿々〆\uff66-\uff9f]")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,:]\d+)*|[^\w\s]|_")


def folded(word: str) -> str:
    """Full-width Ｍ, half-width ｶﾅ and capitals make no difference."""
    return unicodedata.normalize("NFKC", word).lower()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SudachiTokenizer(Tokenizer):
    """Japanese and English words with their plain spelling (lemma) and part of speech."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No options of its own."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._sudachi = Dictionary().tokenizer(SplitMode.A)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The words of a text; never none, which other components could not bear."""
        text = message.get(attribute)
        if JAPANESE.search(text):
            words = [
                self._word(m.surface(), m.begin(), m.normalized_form(), m.part_of_speech()[:3])
                for m in self._sudachi.tokenize(text)
                if not m.surface().isspace()
            ]
        else:
            words = [self._word(m[0], m.start(), m[0], ()) for m in WORD.finditer(text)]
        return words or [Token(text, 0)]

    @staticmethod
    def _word(surface: str, start: int, plain: str, part: tuple[str, ...]) -> Token:
        return Token(
            folded(surface),
            start,
            start + len(surface),
            data={POS_TAG_KEY: ",".join(part)},
            lemma=folded(plain),
        )
