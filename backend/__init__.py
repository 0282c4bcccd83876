"""The reference unified backend: one HTTP contract for a retailer's systems."""
