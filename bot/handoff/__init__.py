"""When and how a person takes over."""
