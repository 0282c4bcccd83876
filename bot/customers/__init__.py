"""Who the customer is, how far we may trust that, and what was just spoken of."""
