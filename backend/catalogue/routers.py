"""All routers of the catalogue."""

from fastapi import APIRouter

from backend.catalogue import about, pickup, products, shop, stock, stores

routers: tuple[APIRouter, ...] = (
    about.router,
    shop.router,
    products.router,
    stores.router,
    stock.router,
    pickup.router,
)
