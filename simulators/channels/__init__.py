"""LINE and Telegram on this machine, and a page that shows a phone of each beside the web shop."""

from simulators.channels.pages import routes
from simulators.channels.platforms import Platforms, open_platforms

__all__ = ["Platforms", "open_platforms", "routes"]
