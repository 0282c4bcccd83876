"""The customer's side of the backend: orders, collections, holds, points, coupons, identity."""

from fastapi import APIRouter

from backend.customers import (
    coupons,
    guest_lookup,
    holds,
    identity,
    members,
    orders,
    pickup,
    points,
    verification,
)
from backend.customers.background import running

routers: tuple[APIRouter, ...] = (
    orders.router,
    guest_lookup.router,
    pickup.router,
    holds.router,
    points.router,
    coupons.router,
    identity.lookups,
    identity.challenges,
    verification.router,
    members.router,
)

__all__ = ["routers", "running"]
