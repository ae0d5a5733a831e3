"""Waiting with a deadline: never a bare sleep in a test."""

import time

PATIENCE = 4  # a loaded machine is given so many times what an idle one would need


def eventually(fn, timeout=10, every=0.05):
    """Calls fn until it returns something true, and returns that. `timeout` is for an idle machine. An AssertionError
    counts as not yet; the last one is raised at the deadline."""
    deadline = time.monotonic() + timeout * PATIENCE
    while True:
        problem = None
        try:
            value = fn()
            if value:
                return value
        except AssertionError as e:
            problem = e
        if time.monotonic() > deadline:
            raise problem or AssertionError(f"not within {timeout * PATIENCE} s: {getattr(fn, '__name__', fn)}, last {value!r}")
        time.sleep(every)


def never(fn, seconds=1, every=0.05):
    """Fails if fn becomes true within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = fn()
        assert not value, f"should not have happened: {value!r}"
        time.sleep(every)
