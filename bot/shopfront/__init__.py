"""Every question and request the shop can be given, and the facts it answers with."""
