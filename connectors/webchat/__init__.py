"""Web chat: the channel that lives in a shop's own pages."""

from connectors.webchat.channel import WebChat
from connectors.webchat.limits import Limits, Rate
from connectors.webchat.sessions import InMemorySessions, Session, Sessions
from connectors.webchat.sessions_sql import SqlSessions

__all__ = ["InMemorySessions", "Limits", "Rate", "Session", "Sessions", "SqlSessions", "WebChat"]
