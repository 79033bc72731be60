import inspect

from odoo.api import Environment
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.service.model import call_kw
from odoo.tests import tagged

from .score_common import ScoreCommon

ROLES = {
    "perf_outsider": "",
    "perf_portal": "",
    "perf_crm": "",
    "perf_employee": "user",
    "perf_manager": "lead",
    "perf_hr": "officer",
    "perf_admin": "admin",
    "perf_auditor": "auditor",
}
# {model: {role: operations}} of measure and score; stages after them have tables of
# their own
EXPECTED = {
    "performance.period": {
        "user": "r",
        "lead": "r",
        "officer": "rwc",
        "admin": "rwcu",
        "auditor": "r",
    },
    "performance.measurement": {
        "lead": "r",
        "officer": "r",
        "admin": "r",
        "auditor": "r",
    },
    "performance.reading": {
        "user": "r",
        "lead": "r",
        "officer": "rwcu",
        "admin": "rwcu",
        "auditor": "r",
    },
    **{
        model: {
            "user": "r",
            "lead": "r",
            "officer": "r",
            "admin": "rwcu",
            "auditor": "r",
        }
        for model in (
            "performance.kpi",
            "performance.rating.scale",
            "performance.rating.band",
            "performance.scheme",
            "performance.scheme.line",
            "performance.scheme.band",
        )
    },
    **{
        model: {"user": "r", "lead": "r", "officer": "r", "admin": "r", "auditor": "r"}
        for model in ("performance.scorecard", "performance.scorecard.line")
    },
}
OPERATIONS = ("read", "write", "create", "unlink")
REFUSALS = (AccessError, UserError, MissingError)


@tagged("post_install", "-at_install")
class TestAccessRights(ScoreCommon):
    """What holds for every model of the addon, also for those that later issues add."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = sorted(name for name in cls.env if name.startswith("performance."))

    def _user(self, login):
        return self.env["res.users"].search([("login", "=", login)])

    def test_matrix_of_measure_and_score(self):
        for login, role in ROLES.items():
            user = self._user(login)
            for model, expected in EXPECTED.items():
                records = self.env[model].with_user(user)
                found = "".join(op[0] for op in OPERATIONS if records.has_access(op))
                self.assertEqual(found, expected.get(role, ""), f"{login} on {model}")

    def test_portal_and_public_reach_nothing(self):
        public = self.env.ref("base.public_user")
        for user in (self.user_portal, public):
            for name in self.models:
                model = self.env[name]
                if not model._abstract:
                    for operation in OPERATIONS:
                        self.assertFalse(
                            model.with_user(user).has_access(operation),
                            f"{user.login}: {name}",
                        )

    def test_auditors_read_all_and_write_nothing(self):
        for name in self.models:
            model = self.env[name].with_user(self.user_auditor)
            if model._abstract or model._transient:
                continue
            self.assertTrue(model.has_access("read"), name)
            for operation in OPERATIONS[1:]:
                self.assertFalse(model.has_access(operation), f"{operation} {name}")

    def test_companies_are_kept_apart_by_a_rule(self):
        """Each stored model has a rule for all groups, its own or its parent's."""
        for name in self.models:
            model = self.env[name]
            if model._abstract or model._transient:
                continue
            rules = self.env["ir.rule"].search(
                Domain("model_id.model", "=", name) & Domain("groups", "=", False)
            )
            if name == "performance.criterion" and "company_id" not in model._fields:
                continue
            self.assertTrue(
                any("compan" in (rule.domain_force or "") for rule in rules), name
            )

    def _public_methods(self):
        """Yield (model, method) of everything of ours that RPC can call on records."""
        for name in self.models:
            model = self.env[name]
            if model._abstract:
                continue
            for cls in type(model).mro():
                if "customer_performance" not in cls.__module__:
                    continue
                for method, function in vars(cls).items():
                    if (
                        not method.startswith("_")
                        and inspect.isfunction(function)
                        and not hasattr(Environment, method)
                        and method
                        not in ("create", "write", "unlink", "copy_data", "copy")
                        and method not in ("default_get", "init")
                    ):
                        yield name, method

    def test_public_methods_are_few_and_meant(self):
        names = {method for _model, method in self._public_methods()}
        self.assertTrue(names)
        for method in names:
            self.assertRegex(
                method, r"^action_", f"{method} can be called by everybody"
            )

    def test_public_methods_take_no_arguments(self):
        """A button passes none; whatever a client adds is not for these."""
        for name, method in self._public_methods():
            signature = inspect.signature(getattr(type(self.env[name]), method))
            self.assertEqual(list(signature.parameters), ["self"], f"{name}.{method}")

    def test_strangers_get_a_refusal_from_every_public_method(self):
        self._active_scheme()
        self._satisfaction(80)
        self.period._measure()
        self.env["performance.scorecard"]._open_for(
            self._active_scheme(), self.period, self.sales
        )
        called = 0
        for name, method in self._public_methods():
            record = self.env[name].sudo().search([], limit=1)
            if not record or self.env[name]._transient:
                continue
            for user in (self.user_outsider, self.user_portal):
                self.assertTrue(
                    self._refusal(self.env[name].with_user(user), method, record.ids),
                    f"{user.login}: {name}.{method}",
                )
                called += 1
        self.assertGreater(called, 10)

    def test_no_record_is_no_traceback(self):
        """A call on nothing, or on what is gone, ends in a sentence or in nothing."""
        problems = []
        for name, method in self._public_methods():
            model = self.env[name].with_user(self.user_admin)
            for ids in ([], [2**31 - 1]):
                try:
                    self._refusal(model, method, ids)
                except Exception as error:  # noqa: BLE001 - that is the question
                    problems.append(f"{name}.{method}({ids}): {error!r}")
        self.assertEqual(problems, [])

    def _refusal(self, model, method, ids):
        """Call by RPC; the sentence of the refusal, or False."""
        try:
            with self.env.cr.savepoint():
                call_kw(model, method, [ids], {})
        except REFUSALS as error:
            return str(error)
        return False
