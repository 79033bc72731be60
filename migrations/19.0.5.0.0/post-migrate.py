"""What 19.0.5.0.0 asks of databases of earlier versions."""


def migrate(cr, version):
    """Say which shipped KPI is the customer's vote, and fill what scorecards keep.

    KPIs belong to the company once they are installed (noupdate): the data file does
    not reach them.
    """
    if not version:
        return
    cr.execute(
        """
        UPDATE performance_kpi SET is_customer_vote = TRUE
         WHERE id = (SELECT res_id FROM ir_model_data
                      WHERE module = 'customer_performance' AND name = 'kpi_evaluation')
        """
    )
    # scorecards of before had neither coefficients nor hurdles
    cr.execute("UPDATE performance_scorecard SET base_score = score")
