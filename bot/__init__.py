"""The counter: hears customers on every channel, answers from the shop's systems."""
