"""The counter over HTTP: the app, webhooks, health and metrics."""

from bot.http.app import create_app

__all__ = ["create_app"]
