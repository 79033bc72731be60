"""What happens around the life of the addon in a database."""

from odoo.tools import SQL

from .models.measure.engine import watch

# from the last stage to the first, so that nothing points to what is gone
TABLES = (
    "performance_improvement_checkin",
    "performance_improvement_action",
    "performance_improvement_plan",
    "performance_bonus_entry",
    "performance_milestone",
    "performance_bonus_stage",
    "performance_bonus_plan",
    "performance_appraisal_verdict",
    "performance_assessment_line",
    "performance_assessment",
    "performance_appraisal",
    "performance_cycle",
    "performance_criterion",
    "performance_scenario_line",
    "performance_objective_checkin",
    "performance_key_result",
    "performance_responsibility",
    "performance_objective",
    "performance_customer_health_day",
    "performance_customer_health",
    "performance_scorecard_line",
    "performance_scorecard",
    "performance_target",
    "performance_scenario_source_rel",
    "performance_scheme_band",
    "performance_scheme_step",
    "performance_scheme_line",
    "performance_scheme",
    "performance_scenario",
    "performance_rating_band",
    "performance_rating_scale",
    "performance_text_hint",
    "performance_hint_word",
    "performance_hint_topic",
    "performance_journey_step",
    "performance_journey",
    "performance_service_standard",
    "performance_acceptance",
    "performance_voice",
    "performance_voice_request",
    "performance_voice_program",
    "performance_incident",
    "performance_incident_rule",
    "performance_complaint_attempt",
    "performance_complaint_request",
    "performance_complaint_pause",
    "performance_complaint",
    "performance_complaint_feed",
    "performance_service_level",
    "performance_complaint_cause",
    "performance_exclusion",
    "performance_cleaning_rule",
    "performance_override",
    "performance_correction",
    "performance_reading",
    "performance_run_line",
    "performance_measurement",
    "performance_run",
    "performance_change",
    "performance_kpi_version",
    "performance_kpi_band",
    "performance_kpi",
    "performance_period",
)


def uninstall_hook(env):
    """Empty the tables before Odoo drops them.

    Their links refuse that a KPI, a deal or an employee disappears under a number; Odoo
    deletes record by record and would leave half of it behind.
    """
    env.flush_all()
    watch.drop(env)
    # Odoo drops constraints in an order of its own; this one leans on another
    env.cr.execute(
        "ALTER TABLE performance_reading"
        " DROP CONSTRAINT IF EXISTS performance_reading_unit_fkey"
    )
    env.cr.execute(
        "UPDATE crm_lead SET performance_plan_id = NULL"
        " WHERE performance_plan_id IS NOT NULL"
    )
    # an activity of a type of ours stays, as an ordinary one
    env.cr.execute(
        "UPDATE mail_activity SET activity_type_id = (SELECT res_id FROM ir_model_data"
        " WHERE module = 'mail' AND name = 'mail_activity_data_todo')"
        " WHERE activity_type_id IN (SELECT res_id FROM ir_model_data"
        " WHERE module = 'customer_performance' AND model = 'mail.activity.type')"
    )
    for table in TABLES:
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
    env.cr.execute(
        "DELETE FROM ir_model_data"
        " WHERE module = 'customer_performance' AND model LIKE 'performance.%'"
    )
    env.invalidate_all()
