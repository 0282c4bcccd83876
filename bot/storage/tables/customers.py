"""Customers: a person, with the member of the retailer they were proven to be."""

from sqlalchemy import Column, ForeignKey, String, Table

from bot.storage.tables.base import Hex, Moment, metadata

customers = Table(
    "customers",
    metadata,
    Column("id", Hex, primary_key=True),
    Column("member_id", String(128), unique=True),
    Column("name", String(200)),
    Column("usual_store", String(128)),
    Column("merged_into", Hex, ForeignKey("customers.id")),
    Column("created_at", Moment, nullable=False),
)
