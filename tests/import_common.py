from odoo.tests import tagged

from .score_common import ScoreCommon

OPTIONS = {
    "quoting": '"',
    "separator": ",",
    "encoding": "utf-8",
    "has_headers": True,
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
}


@tagged("post_install", "-at_install")
class ImportCommon(ScoreCommon):
    """Files, brought in as the web client does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales.write({"work_email": "Sam@Example.com", "barcode": "B0001"})
        cls.sales2.write({"work_email": "sue@example.com", "barcode": "B0002"})
        cls.hr2.work_email = "harry@example.com"

    def _import(self, model, text, user=None, dryrun=False, **options):
        """Upload, let Odoo guess the columns by the header, import."""
        wizard = (
            self.env["base_import.import"]
            .with_user(user or self.user_hr)
            .create(
                {
                    "res_model": model,
                    "file": text.encode(),
                    "file_type": "text/csv",
                    "file_name": "file.csv",
                }
            )
        )
        options = {**OPTIONS, **options}
        preview = wizard.parse_preview(options)
        self.assertFalse(preview.get("error"), preview)
        headers = preview["headers"]
        fields = [
            "/".join(preview["matches"].get(i, ())) or False
            for i in range(len(headers))
        ]
        self.matched = fields
        return wizard.execute_import(fields, headers, options, dryrun)

    def _messages(self, result):
        """``[(row, text)]`` of a refused file."""
        self.assertFalse(result.get("ids"), result)
        return [
            (m.get("rows", {}).get("from"), m["message"]) for m in result["messages"]
        ]
