"""The contract's conventions, kept once for every operation.

`problems` errors · `routes` strict parameters, ETag, 304 · `effects` Idempotency-Key, dry run ·
`access` service token and Customer-Session · `paging` keyset cursors · `bodies` JSON forms ·
`language` Accept-Language · `envelope` Request-Id and body limit
"""
