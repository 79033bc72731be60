import inspect

from odoo.api import Environment
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .review_common import ReviewCommon
from .reward_common import RewardCommon

REFUSALS = (AccessError, UserError, MissingError)
ROLES = (
    "perf_employee",
    "perf_sales2",
    "perf_manager",
    "perf_hr",
    "perf_admin",
    "perf_auditor",
    "perf_crm",
)
# what a refused call must leave as it was
MONEY_AND_REPUTATION = {
    "performance.milestone": ["state", "amount", "employee_id"],
    "performance.bonus.entry": ["amount", "kind"],
    "performance.appraisal": ["state"],
    "performance.appraisal.verdict": ["score", "published"],
    "performance.improvement.plan": ["state"],
    "performance.scorecard": ["score", "state"],
    "performance.period": ["state"],
    "performance.acceptance": ["state", "decided_at", "employee_id"],
    "performance.complaint": ["state", "employee_id", "escalated_at"],
    "performance.text.hint": ["state", "tone"],
}


@tagged("post_install", "-at_install")
class TestPublicMethods(ReviewCommon, RewardCommon):
    """Every public method of every model, called as a client does, by every role.

    There is one record of each kind: a won deal of Sam with its milestones, what its
    customer is to accept, his published appraisal below the threshold, the plan it
    proposed, a complaint on him with a hint on its text.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = sorted(name for name in cls.env if name.startswith("performance."))
        cls.deal = cls._won()
        cls.customer.email = "customer@customer.example"
        cls.env["performance.acceptance"].create(
            [
                {"lead_id": cls.deal.id, "name": name, "deliverables": "All of it"}
                for name in ("Handed over", "Draft")
            ]
        )[0].with_user(cls.user_sales).action_submit()
        cls._bring(cls._launch()[cls.sales], "published")
        cls.company.performance_hint_provider = "words"
        cls.complaint = cls.env["performance.complaint"].create(
            {
                "name": "Too late",
                "description": "It came too late",
                "channel": "letter",
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "employee_id": cls.sales.id,
            }
        )
        cls.env.flush_all()

    def _user(self, login):
        return self.env["res.users"].search([("login", "=", login)])

    def _facts(self):
        """What the tables say about money and reputation."""
        self.env.invalidate_all()
        return {
            name: self.env[name].sudo().search([], order="id").read(fields)
            for name, fields in MONEY_AND_REPUTATION.items()
        }

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
                        and not getattr(function, "_api_private", False)
                        and not hasattr(Environment, method)
                        and method
                        not in ("create", "write", "unlink", "copy_data", "copy")
                        and method not in ("default_get", "init")
                        # Odoo's own, with its own arguments
                        and method not in ("load", "get_import_templates")
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
        before, called = self._facts(), 0
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
        self.assertGreater(called, 80)
        self.assertEqual(self._facts(), before)

    def test_every_role_gets_an_answer_and_never_a_traceback(self):
        problems = []
        for login in ROLES:
            user = self._user(login)
            for name, method in self._public_methods():
                ids = self.env[name].sudo().search([], limit=2).ids
                for chosen in (ids[:1], ids):
                    try:
                        self._call_and_undo(
                            self.env[name].with_user(user), method, chosen
                        )
                    except REFUSALS as error:
                        self.assertTrue(str(error), f"{login}: {name}.{method}")
                    except Exception as error:  # noqa: BLE001 - that is the question
                        problems.append(f"{login}: {name}.{method}: {error!r}")
        self.assertEqual(problems, [])

    def test_a_plain_employee_changes_nothing_of_others(self):
        before = self._facts()
        user = self.user_employee
        for name, method in self._public_methods():
            for record in self.env[name].sudo().search([], limit=3):
                if "employee_id" in record and record.employee_id.user_id == user:
                    continue
                self._refusal(self.env[name].with_user(user), method, record.ids)
        self.assertEqual(self._facts(), before)

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

    def _call_and_undo(self, model, method, ids):
        """Call by RPC, and undo what it did."""
        with self.env.cr.savepoint() as savepoint:
            call_kw(model, method, [ids], {})
            self.env.flush_all()
            savepoint.rollback()
