"""Content hashes: what has not changed is not built again."""

import hashlib
import os
from pathlib import Path

# Folders of the checkout that Odoo never loads.
NOT_LOADED = {
    ".ci", ".git", ".github", ".hypothesis", ".pytest_cache", ".ruff_cache",
    "__pycache__", "benchmarks", "devtools", "node_modules", "tests",
}  # fmt: skip
LOADED_SUFFIXES = {
    ".csv", ".css", ".gif", ".html", ".ico", ".jpg", ".js", ".json", ".po", ".pot",
    ".png", ".py", ".rng", ".scss", ".sql", ".svg", ".txt", ".xml", ".xlsx",
}  # fmt: skip


def text_hash(*parts):
    """Hash texts into a short name."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def file_hash(*paths):
    """Hash the content of files into a short name."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:12]


def loaded_files(root, skip=NOT_LOADED):
    """List the files of the addon that an installation reads, sorted."""
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in skip)
        found += [
            os.path.join(folder, name)
            for name in sorted(files)
            if os.path.splitext(name)[1] in LOADED_SUFFIXES
        ]
    return found


def addon_hash(root):
    """Hash everything of the addon that ends up in a database."""
    digest = hashlib.sha256()
    for path in loaded_files(root):
        digest.update(os.path.relpath(path, root).encode() + b"\0")
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:12]
