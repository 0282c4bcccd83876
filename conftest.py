"""How hypothesis searches, in `tests` and beside the channels alike."""

import os

from hypothesis import HealthCheck, settings

# How fast an example runs says more about what else this machine does than about the code.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
# CI tries the same examples every time: what a new one finds is found by whoever searches, not by
# whoever changes something else.
settings.register_profile("ci", settings.get_profile("house"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "house")
