"""Reading the addon's manifest."""

import ast

from .console import DevError


def read_manifest(root):
    """Return the manifest of the addon in a folder."""
    path = root / "__manifest__.py"
    try:
        return ast.literal_eval(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DevError(f"{path} is missing: this folder is no Odoo addon.") from None
    except (SyntaxError, ValueError) as error:
        raise DevError(f"{path} cannot be read: {error}.") from None


def dependencies(root):
    """Return the names of the addons this one depends on, sorted."""
    return sorted(read_manifest(root).get("depends", []))
