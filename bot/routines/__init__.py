"""Sub-scripts that several skills use, and the slots they share."""
