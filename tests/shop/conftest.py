"""A backend that answers what a test tells it, and time that moves when a test says so."""

from __future__ import annotations

import pytest

from bot.customers.profile import Trust
from bot.ports import Caller
from bot.shop import Backend, IdentityDoor, Shop, ShopDoor, connect, open_shop
from tests.shop.shop_stand_in import PHONE_ACCOUNT, Customers, StandIn, StoppedClock


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def far() -> StandIn:
    """The far side of the wire."""
    return StandIn()


@pytest.fixture
async def backend(clock: StoppedClock, far: StandIn):
    async with connect("http://backend.example", "service-token", far.transport()) as http:
        yield Backend(http, clock, sleep=clock.sleep, jitter=lambda low, high: low)


@pytest.fixture
async def shop(backend: Backend):
    shop = open_shop(backend, "a secret of the counter")
    yield shop
    await shop.close()


@pytest.fixture
def door(shop: Shop) -> ShopDoor:
    return ShopDoor(shop)


@pytest.fixture
def customers() -> Customers:
    return Customers()


@pytest.fixture
def identity(shop: Shop, customers: Customers) -> IdentityDoor:
    return IdentityDoor(shop, customers)


@pytest.fixture
def stranger() -> Caller:
    return Caller(PHONE_ACCOUNT, "ja")


@pytest.fixture
def member() -> Caller:
    return Caller(PHONE_ACCOUNT, "ja", "m-1", "token-of-m-1", Trust.VERIFIED)
