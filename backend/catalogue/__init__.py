"""Products, variants, stores and stock: what everybody may know."""
