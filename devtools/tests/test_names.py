"""Names are derived from the checkout's path."""

from devtools.paths import Cache, Checkout


def test_two_checkouts_never_share_a_database(tmp_path):
    cache = Cache({"XDG_CACHE_HOME": str(tmp_path)})
    first = Checkout(tmp_path / "one", cache)
    second = Checkout(tmp_path / "two", cache)
    assert first.database("test") != second.database("test")
    assert first.links != second.links
