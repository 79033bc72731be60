import ast
import re
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..hooks import TABLES

ROOT = Path(__file__).resolve().parent.parent
STAGES = ["shared", "measure", "score", "review", "reward", "improve"]


def _text(node):
    return node.value if isinstance(node, ast.Constant) else None


def _assigns(statement, name):
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and statement.targets[0].id == name
    )


def _class_attribute(node, name):
    for statement in node.body:
        if _assigns(statement, name):
            return _text(statement.value)
    return None


def _model_classes():
    """Yield (stage of the folder, file, class node) of every model class."""
    for stage in STAGES:
        for path in sorted((ROOT / "models" / stage).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and any(
                    isinstance(base, ast.Attribute)
                    and base.attr in ("Model", "AbstractModel", "TransientModel")
                    for base in node.bases
                ):
                    yield stage, path, node


def _links(node, kinds=("Many2one", "Many2many")):
    """Yield (field, comodel) of every link of some kinds of a class."""
    for statement in node.body:
        call = getattr(statement, "value", None)
        if (
            isinstance(statement, ast.Assign)
            and isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in kinds
        ):
            comodel = next(
                (_text(k.value) for k in call.keywords if k.arg == "comodel_name"),
                _text(call.args[0]) if call.args else None,
            )
            yield statement.targets[0].id, comodel


@tagged("post_install", "-at_install")
class TestArchitecture(BaseCase):
    """The rules of the house that a reader cannot check at a glance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # {model: stage that defines it}
        cls.home = {
            name: stage
            for stage, _path, node in _model_classes()
            if (name := _class_attribute(node, "_name"))
        }

    def test_every_stage_has_models(self):
        self.assertLessEqual(
            {"performance.period", "performance.scorecard"}, set(self.home)
        )

    def test_links_point_upstream(self):
        for stage, path, node in _model_classes():
            own = _class_attribute(node, "_name") or _class_attribute(node, "_inherit")
            for field, comodel in _links(node):
                if comodel not in self.home:
                    continue
                # an extended model keeps the place of its home; Odoo's models have none
                place = self.home.get(own, stage)
                self.assertLessEqual(
                    STAGES.index(self.home[comodel]),
                    STAGES.index(place),
                    f"{path.name}: {own}.{field} points downstream to {comodel}",
                )

    def test_no_stage_names_a_later_one(self):
        for index, stage in enumerate(STAGES):
            later = [m for m, s in self.home.items() if STAGES.index(s) > index]
            for folder in ("models", "views"):
                for path in sorted((ROOT / folder / stage).rglob("*.*")):
                    text = path.read_text(encoding="utf-8", errors="ignore")
                    for model in later:
                        self.assertNotRegex(
                            text,
                            rf"[\"']{re.escape(model)}[\"']",
                            f"{folder}/{stage}/{path.name} names the later {model}",
                        )

    def test_one_class_per_file(self):
        seen = {}
        for _stage, path, node in _model_classes():
            self.assertNotIn(path, seen, f"{path.name} holds {node.name} too")
            seen[path] = node.name

    def test_uninstall_knows_every_table_in_order(self):
        """A table that is emptied stands before those it links to."""
        models = {
            name: node
            for _stage, _path, node in _model_classes()
            if (name := _class_attribute(node, "_name"))
        }
        emptied = {table: place for place, table in enumerate(TABLES)}
        for name, node in models.items():
            bases = {
                base.attr for base in node.bases if isinstance(base, ast.Attribute)
            }
            auto = next(
                (s.value.value for s in node.body if _assigns(s, "_auto")), True
            )
            if bases != {"Model"} or not auto:
                continue
            table = name.replace(".", "_")
            self.assertIn(table, emptied)
            # rows that link many to many go with either end
            for _field, comodel in _links(node, ("Many2one",)):
                target = emptied.get((comodel or "").replace(".", "_"))
                if target is not None and comodel != name:
                    self.assertLess(emptied[table], target, f"{name} -> {comodel}")

    def test_class_is_documented(self):
        for _stage, path, node in _model_classes():
            self.assertTrue(ast.get_docstring(node), f"{path.name}: {node.name}")

    def test_every_test_file_is_loaded(self):
        loaded = (ROOT / "tests" / "__init__.py").read_text(encoding="utf-8")
        for path in (ROOT / "tests").glob("test_*.py"):
            self.assertRegex(loaded, rf"\b{path.stem}\b")
