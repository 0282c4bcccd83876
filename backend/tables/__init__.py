"""All tables of the backend, one module per noun. Every stored moment is UTC."""

from backend.tables.base import Base, JsonObject, UtcDateTime
from backend.tables.carts import Cart, CartItem, Viewed
from backend.tables.coupons import Coupon
from backend.tables.events import Counter, Event
from backend.tables.holds import Hold, HoldLine
from backend.tables.idempotency import IdempotentCall
from backend.tables.identity import (
    Attempt,
    ChannelLink,
    IdentityChallenge,
    IdentityLookup,
    IdentitySession,
    LinkNonce,
)
from backend.tables.members import Member
from backend.tables.orders import Order, OrderLine
from backend.tables.pickups import Pickup
from backend.tables.points import PointsEntry
from backend.tables.products import Product, Variant, VariantOption
from backend.tables.search import SearchGram, SearchText
from backend.tables.shipments import Shipment, ShipmentEvent
from backend.tables.shop import FaqPage, Shop
from backend.tables.stock import ONLINE, StockLevel
from backend.tables.stores import Store

__all__ = [
    "ONLINE",
    "Attempt",
    "Base",
    "Cart",
    "CartItem",
    "ChannelLink",
    "Counter",
    "Coupon",
    "Event",
    "FaqPage",
    "Hold",
    "HoldLine",
    "IdempotentCall",
    "IdentityChallenge",
    "IdentityLookup",
    "IdentitySession",
    "JsonObject",
    "LinkNonce",
    "Member",
    "Order",
    "OrderLine",
    "Pickup",
    "PointsEntry",
    "Product",
    "SearchGram",
    "SearchText",
    "Shipment",
    "ShipmentEvent",
    "Shop",
    "StockLevel",
    "Store",
    "UtcDateTime",
    "Variant",
    "VariantOption",
    "Viewed",
]
