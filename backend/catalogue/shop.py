"""The shop's own rules, its FAQ, and the catalogue in short for the bot's lexicon."""

from collections import defaultdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import select

from backend.catalogue.faq import FaqIndex
from backend.catalogue.product_views import AxisOut
from backend.conventions.access import Reading
from backend.conventions.bodies import Moment, Page
from backend.conventions.language import Language
from backend.conventions.routes import ContractRoute, fresh_for, matches
from backend.tables import Counter, FaqPage, Product, Shop, Store, VariantOption

router = APIRouter(tags=["shop"], route_class=ContractRoute)


class ShopOut(BaseModel, extra="allow"):
    """The shop's document; a rule that is not in it is not known."""

    name: str | None = None
    as_of: Moment | None = None


@router.get("/shop", dependencies=[Depends(fresh_for(300))])
async def get_shop(session: Reading) -> ShopOut:
    """What the shop says about itself: fees, returns, points, payment, holds."""
    shop = await session.scalar(select(Shop))
    return ShopOut() if shop is None else ShopOut(**shop.document, as_of=shop.updated_at)


class FaqOut(BaseModel):
    """A page of the FAQ; `score` is 0 to 1, null without a search."""

    slug: str
    language: str
    title: str
    body: str
    score: float | None
    as_of: Moment


@router.get("/faq", dependencies=[Depends(fresh_for(300))])
async def search_faq(
    request: Request,
    session: Reading,
    language: Language,
    q: Annotated[str | None, Query(max_length=500)] = None,
    lang: Annotated[str | None, Query(pattern="^[a-z]{2}$")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 5,
) -> Page[FaqOut]:
    """The FAQ pages in a language that fit a question best; without `q` all of them by title."""
    index = await _faq_index(request, session, lang or language)
    found = index.search(q) if q is not None else [(page, None) for page in index.pages]
    return Page(
        items=[
            FaqOut(
                slug=page.slug,
                language=page.language,
                title=page.title,
                body=page.body,
                score=score,
                as_of=page.updated_at,
            )
            for page, score in found[:limit]
        ]
    )


async def _faq_index(request: Request, session: Reading, language: str) -> FaqIndex:
    number = await _catalogue_number(session)
    kept: dict[str, tuple[int, FaqIndex]] = request.app.state.faq
    if language in kept and kept[language][0] == number:
        return kept[language][1]
    pages = await session.scalars(
        select(FaqPage).where(FaqPage.language == language).order_by(FaqPage.title)
    )
    index = FaqIndex(pages.all())
    kept[language] = (number, index)
    return index


async def _catalogue_number(session: Reading) -> int:
    """Rises with every import, from a start of each database's own."""
    return await session.scalar(select(Counter.value).where(Counter.name == "catalogue")) or 0


class ProductWords(BaseModel):
    """What a product is called, and which options it comes in."""

    id: str
    name: str
    name_kana: str | None
    aliases: list[str]
    translations: dict[str, Any]
    category: str
    brand: str | None
    option_axes: list[AxisOut]


class StoreWords(BaseModel):
    """What a store is called, and where it is."""

    id: str
    name: str
    name_kana: str | None
    aliases: list[str]
    translations: dict[str, Any]
    kind: str
    prefecture: str | None
    city: str | None
    nearest_station: str | None


class Lexicon(BaseModel):
    """All words of the catalogue and the stores."""

    products: list[ProductWords]
    stores: list[StoreWords]


@router.get("/catalogue/lexicon", dependencies=[Depends(fresh_for(900))])
async def get_lexicon(request: Request, response: Response, session: Reading) -> Lexicon:
    """Everything a customer may name, in one answer; 304 while nothing was imported since."""
    etag = f'"{await _catalogue_number(session)}"'
    response.headers["ETag"] = etag
    if matches(request.headers.get("if-none-match"), etag):
        return Lexicon(products=[], stores=[])
    axes = await _axes(session)
    products = await session.scalars(select(Product).order_by(Product.position, Product.id))
    stores = await session.scalars(select(Store).order_by(Store.position, Store.id))
    return Lexicon(
        products=[
            ProductWords.model_validate({**vars(product), "option_axes": axes.get(product.id, [])})
            for product in products
        ],
        stores=[StoreWords.model_validate(vars(store)) for store in stores],
    )


async def _axes(session: Reading) -> dict[str, list[AxisOut]]:
    rows = await session.execute(
        select(
            VariantOption.product_id,
            VariantOption.axis,
            VariantOption.role,
            VariantOption.value,
        ).distinct()
    )
    values: dict[tuple[str, str, str | None], list[str]] = defaultdict(list)
    for product_id, axis, role, value in rows:
        values[product_id, axis, role].append(value)
    axes: dict[str, list[AxisOut]] = defaultdict(list)
    for (product_id, axis, role), each in values.items():
        axes[product_id].append(AxisOut(name=axis, role=role, values=sorted(each)))
    return axes
