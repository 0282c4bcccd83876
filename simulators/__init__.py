"""The far side of the wire, for the demo and the tests: what customers hold in their hands.

Nothing here is imported by the counter, the channels or the backend, nor imports them.
"""
