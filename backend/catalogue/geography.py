"""Distances on the globe. Pure."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from backend.conventions.problems import invalid

_EARTH_RADIUS_M = 6_371_009


@dataclass(frozen=True)
class Place:
    """Latitude and longitude in degrees."""

    lat: float
    lng: float

    def metres_to(self, lat: float | None, lng: float | None) -> int | None:
        """The distance as the crow flies, or None where there are no coordinates."""
        if lat is None or lng is None:
            return None
        north = sin(radians(lat - self.lat) / 2) ** 2
        east = sin(radians(lng - self.lng) / 2) ** 2
        angle = north + cos(radians(self.lat)) * cos(radians(lat)) * east
        return round(2 * _EARTH_RADIUS_M * asin(sqrt(angle)))


def parse_near(near: str | None) -> Place | None:
    """Read `lat,lng`. Raises Problem (invalid-request) for anything else."""
    if near is None:
        return None
    try:
        lat, lng = map(float, near.split(","))
    except ValueError:
        raise invalid("/near", "lat,lng") from None
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        raise invalid("/near", "range")
    return Place(lat, lng)
