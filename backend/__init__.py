"""The reference unified backend: one HTTP contract for catalogue, stock, orders, points and identity."""
