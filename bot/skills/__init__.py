"""One file, one skill (or a family of them): found by looking in this folder."""
