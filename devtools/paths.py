"""Where things lie: the cache folder of the user and what belongs to a checkout."""

import hashlib
import os
from pathlib import Path

from .console import DevError

MODULE = "customer_performance"


class Cache:
    """The one folder outside the checkout that ./dev writes to."""

    def __init__(self, environ=os.environ):
        base = environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        self.root = Path(base).absolute() / MODULE

    def prepare(self):
        """Make the folder, or say why it cannot be made."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".write-{os.getpid()}"
            probe.write_bytes(b"x" * 4096)
            probe.unlink()
        except OSError as error:
            raise DevError(
                f"The cache folder {self.root} cannot be written ({error.strerror}): "
                "free some space, or point XDG_CACHE_HOME to a folder that can."
            ) from error

    def __truediv__(self, part):
        return self.root / part

    def lock(self, name):
        """Return the path of a lock file."""
        return self.root / "locks" / f"{name}.lock"

    def log(self, name):
        """Return the path of a log file, its folder made."""
        folder = self.root / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"


class Checkout:
    """A working copy of the addon; its path decides the names it uses."""

    def __init__(self, root, cache):
        self.root = Path(root).resolve()
        self.cache = cache
        # users of one server who have the same checkout path differ in the cache
        name = os.fsencode(self.root) + b"\0" + os.fsencode(cache.root)
        self.key = hashlib.sha256(name).hexdigest()[:8]

    @property
    def links(self):
        """Folder on the addons path whose only entry links to the checkout."""
        return self.cache / "links" / self.key

    @property
    def addon(self):
        """The checkout under the addon's technical name."""
        return self.links / MODULE

    def link(self):
        """Make the link, again if it points elsewhere."""
        self.links.mkdir(parents=True, exist_ok=True)
        if self.addon.is_symlink() and self.addon.resolve() == self.root:
            return
        fresh = self.links / f".{MODULE}-{os.getpid()}"
        fresh.symlink_to(self.root)
        os.replace(fresh, self.addon)

    def database(self, purpose):
        """Name a database of this checkout: another checkout never shares it."""
        return f"cp_{self.key}_{purpose}"
