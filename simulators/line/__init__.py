"""The LINE platform, as far as the LINE channel meets it."""

from simulators.line.simulator import LineSimulator

__all__ = ["LineSimulator"]
