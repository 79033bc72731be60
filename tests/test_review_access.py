from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .review_common import ReviewCommon

OPERATIONS = ("read", "write", "create", "unlink")
# {login: {what: operations allowed on it}}; what is not named is refused
EXPECTED = {
    "perf_sales": {
        "cycle": "r",
        "criterion": "r",
        "appraisal": "r",
        "self": "r",
        "manager": "r",
        "verdict": "r",
    },
    "perf_manager": {
        "cycle": "r",
        "criterion": "r",
        "appraisal": "r",
        "self": "r",
        "manager": "rw",
        "verdict": "r",
    },
    "perf_hr": {
        "cycle": "rwcu",
        "criterion": "rwcu",
        "appraisal": "rwu",
        "self": "r",
        "manager": "r",
        "verdict": "r",
    },
    "perf_admin": {
        "cycle": "rwcu",
        "criterion": "rwcu",
        "appraisal": "rwu",
        "self": "r",
        "manager": "r",
        "verdict": "r",
    },
    "perf_auditor": {
        "cycle": "r",
        "criterion": "r",
        "appraisal": "r",
        "self": "r",
        "manager": "r",
        "verdict": "r",
    },
    "perf_sales2": {"cycle": "r", "criterion": "r"},
    "perf_employee": {"cycle": "r", "criterion": "r"},
    "perf_crm": {},
    "perf_outsider": {},
    "perf_portal": {},
}
# writing one's side is a right of the rater; whether it is his turn is asked by write()
RATER = {"perf_sales": {"self"}, "perf_manager": {"manager"}}


@tagged("post_install", "-at_install")
class TestReviewAccess(ReviewCommon):
    """Every role over every model of review, on a published appraisal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.appraisal = cls._bring(cls._launch()[cls.sales], "published")
        sides = {side.kind: side for side in cls.appraisal.assessment_ids}
        cls.records = {
            "cycle": cls.cycle.with_env(cls.env),
            "criterion": cls.criteria,
            "appraisal": cls.appraisal,
            "self": sides["self"],
            "manager": sides["manager"],
            "verdict": cls.appraisal.verdict_ids,
        }

    def _allowed(self, records):
        return "".join(op[0] for op in OPERATIONS if records.has_access(op))

    def test_matrix(self):
        for login, expected in EXPECTED.items():
            user = self.env["res.users"].search([("login", "=", login)])
            for what, records in self.records.items():
                allowed = expected.get(what, "")
                if what in ("self", "manager"):
                    rater = what in RATER.get(login, ())
                    allowed = "rw" if rater else allowed.replace("w", "")
                seen = records.with_user(user)
                self.assertEqual(self._allowed(seen), allowed, (login, what))
                if what in ("self", "manager"):
                    lines = records.line_ids.with_user(user)
                    self.assertEqual(self._allowed(lines), allowed, (login, what))

    def test_published_sides_are_closed(self):
        for kind, user in (("self", self.user_sales), ("manager", self.user_manager)):
            side = self.records[kind].with_user(user)
            with self.assertRaises(AccessError):
                side.summary = "Rewritten"
            with self.assertRaises(AccessError):
                side.line_ids[0].rating = "5"

    def test_every_public_method_by_strangers(self):
        """Who may not read a record cannot call anything on it."""
        for what, records in self.records.items():
            methods = [
                name
                for name in dir(type(records))
                if name.startswith("action_")
                and "performance" in getattr(records, name).__module__
            ]
            if what in ("criterion", "verdict"):
                self.assertFalse(methods)
                continue
            self.assertTrue(methods)
            for user in (self.user_outsider, self.user_portal):
                for name in methods:
                    seen = records.with_user(user)
                    seen.invalidate_recordset()
                    with self.subTest(what=what, method=name, user=user.login):
                        self._assert_harmless(seen, name)

    def _assert_harmless(self, seen, name):
        """The call is refused, or answers with nothing but an action to open."""
        before = [r.sudo().read()[0] for r in seen]
        try:
            result = getattr(seen, name)()
        except UserError:
            result = None
        if result and result.get("res_model") == "performance.reason.wizard":
            with self.assertRaises(AccessError):
                seen._workflow_apply(result["context"]["default_verb"], "x")
        elif result:
            self.assertEqual(result["type"], "ir.actions.act_window")
            with self.assertRaises(AccessError):
                self.env[result["res_model"]].with_user(seen.env.user).search([])
        seen.invalidate_recordset()
        self.assertEqual([r.sudo().read()[0] for r in seen], before)
