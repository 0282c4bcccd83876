"""A small web shop with the counter on its pages: the front of the demo."""

from simulators.webshop.pages import routes

__all__ = ["routes"]
