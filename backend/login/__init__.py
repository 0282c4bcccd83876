"""The retailer's log-in page, where a member lets the counter know them in LINE."""

from backend.login.pages import LINE, routes

__all__ = ["LINE", "routes"]
