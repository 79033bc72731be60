from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .review_common import ReviewCommon


@tagged("post_install", "-at_install")
class TestReviewRpc(ReviewCommon, HttpCase):
    """The same refusals, over the wire."""

    def _call(self, model, method, args, kwargs=None):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {"model": model, "method": method, "args": args, "kwargs": kwargs or {}},
        )

    def test_rpc(self):
        appraisal = self._bring(self._launch()[self.sales], "hr_approval")
        managers = self._side(appraisal, "manager")
        verdict = appraisal.verdict_ids
        self.authenticate("perf_sales", "perf_sales")
        context = {"context": {"performance_workflow": "<workflow engine>"}}
        for model, method, args in (
            ("performance.assessment", "read", [managers.ids, ["summary"]]),
            ("performance.assessment", "write", [managers.ids, {"summary": "x"}]),
            ("performance.appraisal.verdict", "read", [verdict.ids, ["score"]]),
            ("performance.appraisal", "write", [appraisal.ids, {"state": "published"}]),
            ("performance.appraisal", "action_approve", [appraisal.ids]),
            ("performance.appraisal", "_workflow_move", [appraisal.ids, "approve"]),
            ("performance.appraisal", "_make_verdict", [appraisal.ids]),
            ("performance.appraisal", "_cron_remind", []),
            ("performance.assessment", "_engine", [managers.ids]),
        ):
            with (
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException, msg=f"{model}.{method}") as error,
            ):
                self._call(model, method, args, context)
            self.assertNotIn("TOPSECRET", str(error.exception))
        self.assertEqual(appraisal.state, "hr_approval")
        found = self._call(
            "performance.assessment", "search_read", [[], ["kind", "summary"]]
        )
        self.assertEqual([row["kind"] for row in found], ["self"])
