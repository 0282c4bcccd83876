"""Telegram as a bot and its customers know it: the Bot API over HTTP, and phones to write from."""

from simulators.telegram.app import api_routes, create_app, phone_routes
from simulators.telegram.faults import Fault, NeverAnswered
from simulators.telegram.platform import Call, Platform

__all__ = [
    "Call",
    "Fault",
    "NeverAnswered",
    "Platform",
    "api_routes",
    "create_app",
    "phone_routes",
]
