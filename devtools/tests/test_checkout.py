"""Names, links and hashes of checkouts."""

from devtools.fingerprint import addon_hash
from devtools.locks import process_alive
from devtools.paths import Checkout


def test_two_checkouts_never_share_anything(cache, tmp_path):
    first = Checkout(tmp_path / "one", cache)
    second = Checkout(tmp_path / "two", cache)
    assert first.database("test") != second.database("test")
    assert first.links != second.links


def test_a_checkout_keeps_its_names_whatever_path_leads_to_it(cache, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "one")
    one = Checkout(tmp_path / "one", cache)
    assert Checkout(tmp_path / "link", cache).key == one.key


def test_link_has_the_technical_name_and_follows_the_checkout(cache, tmp_path):
    folder = tmp_path / "a name with spaces"
    folder.mkdir()
    checkout = Checkout(folder, cache)
    checkout.link()
    checkout.link()
    assert checkout.addon.name == "customer_performance"
    assert checkout.addon.resolve() == folder
    checkout.addon.unlink()
    checkout.addon.symlink_to(tmp_path)
    checkout.link()
    assert checkout.addon.resolve() == folder


def test_hash_follows_what_odoo_loads_only(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "tests").mkdir()
    model = tmp_path / "models" / "thing.py"
    model.write_text("a = 1\n")
    first = addon_hash(tmp_path)
    (tmp_path / "tests" / "test_thing.py").write_text("pass\n")
    (tmp_path / "models" / "thing.pyc").write_text("x")
    assert addon_hash(tmp_path) == first
    model.write_text("a = 2\n")
    second = addon_hash(tmp_path)
    assert second != first
    model.rename(tmp_path / "models" / "other.py")
    assert addon_hash(tmp_path) not in (first, second)


def test_a_process_that_ended_is_not_alive():
    assert process_alive(1)
    assert not process_alive(2**22 + 1)
