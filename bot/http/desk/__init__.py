"""The staff's desk over HTTP: its pages, its API, who may use it."""
