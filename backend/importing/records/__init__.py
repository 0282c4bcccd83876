"""The records of the import folder, one model per line of each file."""

from backend.importing.records.customers import (
    CartRecord,
    CouponRecord,
    MemberRecord,
    PointsRecord,
    ViewedRecord,
)
from backend.importing.records.orders import OrderRecord
from backend.importing.records.products import ProductRecord, StockRecord
from backend.importing.records.shop import ShopRecord
from backend.importing.records.stores import StoreRecord

__all__ = [
    "CartRecord",
    "CouponRecord",
    "MemberRecord",
    "OrderRecord",
    "PointsRecord",
    "ProductRecord",
    "ShopRecord",
    "StockRecord",
    "StoreRecord",
    "ViewedRecord",
]
