import httpx
import pytest

from backend.catalogue.codes import check_digit
from backend.catalogue.faq import FaqIndex
from backend.catalogue.folding import fold, grams, joined
from backend.catalogue.options import color_family, same_color, size_sort, value_key
from backend.catalogue.similarity import LEAST, similarity
from backend.tables import FaqPage


@pytest.mark.parametrize(
    ("spellings", "folded"),
    [
        (
            ("Ｔシャツ", "Tシャツ", "tシャツ", "ティーシャツ", "てぃーしゃつ", "T-シャツ"),
            "ティシャツ",
        ),
        (("スニーカー", "スニーカ", "すにーかー", "ｽﾆｰｶｰ", "スニ―カー"), "スニカ"),
        (("Vネック", "ブイネック", "ヴイネック"), "ブイネック"),
        (("ロンＴ", "ロンティー"), "ロンティ"),
        (("Café", "CAFE"), "cafe"),
        (("Levi's", "LEVIS"), "levis"),
        (("26.5", "２６．５"), "26.5"),
    ],
)
def test_spellings_of_one_word_fold_together(spellings: tuple[str, ...], folded: str) -> None:
    assert {fold(spelling) for spelling in spellings} == {folded}


@pytest.mark.parametrize("one_and_other", ["バッグ バック", "ティー ツリー", "26.5 265", "靴 靴下"])
def test_different_words_stay_different(one_and_other: str) -> None:
    one, other = one_and_other.split()
    assert fold(one) != fold(other)


def test_a_word_of_one_kanji_has_a_gram() -> None:
    assert "靴" in grams("革靴") & grams("靴")
    assert joined(fold("ランニング　シューズ")) == fold("ランニングシューズ")


@pytest.mark.parametrize(
    ("query", "text"),
    [("サンダル", "サンダラ"), ("カーディガン", "カーデガン"), ("sneaker", "sneeker")],
)
def test_a_near_miss_is_found(query: str, text: str) -> None:
    assert LEAST <= similarity(fold(query), fold(text)) < 1


@pytest.mark.parametrize(("query", "text"), [("靴", "鞄"), ("財布", "布団"), ("ピザ", "ピアス")])
def test_another_word_is_no_near_miss(query: str, text: str) -> None:
    assert similarity(fold(query), fold(text)) == 0


def test_option_values_are_compared_as_people_mean_them() -> None:
    assert value_key("２６．０ｃｍ") == value_key("26") == value_key("26.0 センチ")
    assert value_key("l") == value_key("Ｌ") != value_key("LL")
    assert sorted(["27cm", "25.5cm", "26"], key=size_sort) == ["25.5cm", "26", "27cm"]  # type: ignore[arg-type]
    assert color_family("紺") == color_family("Navy") == "navy"
    assert same_color("くろ", "くろ")
    assert not same_color("群青色", "瑠璃色")


@pytest.mark.parametrize(
    ("digits", "check"), [("490123456789", 4), ("9638507", 4), ("03600029145", 2)]
)
def test_check_digits(digits: str, check: int) -> None:
    assert check_digit(digits) == check


def page(slug: str, title: str, body: str) -> FaqPage:
    return FaqPage(language="ja", slug=slug, title=title, body=body)


def test_the_page_that_answers_a_question_comes_first() -> None:
    index = FaqIndex(
        [
            page("wrapping", "ギフト包装", "1点330円で承ります。"),
            page("fee", "送料", "全国一律550円です。"),
            page("returns", "返品", "送料はお客さまのご負担です。14日以内にご連絡ください。"),
        ]
    )

    def best(question: str) -> str | None:
        found = index.search(question)
        return found[0][0].slug if found else None

    assert best("ラッピングってできますか？") == "wrapping"
    assert best("配送料はいくら？") == "fee"
    assert best("返品したいです") == "returns"
    assert best("今日の天気は？") is None
    assert best("") is None


async def found(service: httpx.AsyncClient, query: str) -> list[str]:
    answer = await service.get("/v1/products", params={"q": query})
    assert answer.status_code == 200, answer.text
    return [product["id"] for product in answer.json()["items"]]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("query", "product_id"),
    [
        ("ティーシャツ", "tee"),
        ("Ｔシャツ", "tee"),
        ("t-shirt", "tee"),
        ("白いTシャツ", "tee"),
        ("Tシャツ 紺", "tee"),
        ("すにーか", "sneaker"),
        ("ランスニ", "sneaker"),
        ("ランニング スニーカー", "sneaker"),
        ("スニカー", "sneaker"),
        ("ブーツ", "boots"),
        ("phone case", "case"),
        ("4901234567894", "tee"),
        ("tee-m-nv", "tee"),
    ],
)
async def test_a_product_is_found_by_what_people_write(
    service: httpx.AsyncClient, query: str, product_id: str
) -> None:
    assert (await found(service, query))[0] == product_id


@pytest.mark.usefixtures("catalogue")
async def test_what_the_shop_does_not_have_is_not_found(service: httpx.AsyncClient) -> None:
    for query in ("冷蔵庫", "pizza", "ん", "!?", "　", "\u200b", "あ" * 200):
        assert await found(service, query) == []


@pytest.mark.usefixtures("catalogue")
async def test_a_hit_says_how_well_and_by_what_it_was_found(service: httpx.AsyncClient) -> None:
    answer = (await service.get("/v1/products", params={"q": "ランスニ"})).json()
    assert answer["items"][0]["matched_on"] == "alias"
    assert 0.9 < answer["items"][0]["score"] <= 1
    assert answer["total_estimate"] == 1


@pytest.mark.usefixtures("catalogue")
async def test_hits_come_in_pages_and_the_filters_hold(service: httpx.AsyncClient) -> None:
    both = await found(service, "靴")
    assert sorted(both) == ["boots", "sneaker"]
    first = (await service.get("/v1/products?q=靴&limit=1")).json()
    second = (await service.get(f"/v1/products?q=靴&limit=1&cursor={first['next_cursor']}")).json()
    assert [first["items"][0]["id"], second["items"][0]["id"]] == both
    assert second["next_cursor"] is None
    cheap = (await service.get("/v1/products?q=靴&price_max=10000")).json()
    assert [product["id"] for product in cheap["items"]] == ["sneaker"]


@pytest.mark.usefixtures("catalogue")
async def test_the_faq_is_searched_in_the_language_asked_for(service: httpx.AsyncClient) -> None:
    japanese = (await service.get("/v1/faq", params={"q": "ラッピングできますか"})).json()["items"]
    assert [(page["slug"], page["language"]) for page in japanese] == [("wrapping", "ja")]
    english = (await service.get("/v1/faq?q=gift wrap&lang=en")).json()["items"]
    assert english[0]["title"] == "Gift wrapping"
    everything = (await service.get("/v1/faq?lang=ja")).json()["items"]
    assert {page["slug"] for page in everything} == {"wrapping", "shipping"}
    assert (await service.get("/v1/faq?lang=fr&q=a")).json()["items"] == []
