"""Run by ``./dev test``. Needs hypothesis, which the addon itself does not."""

from hypothesis import HealthCheck, settings

# The same examples in each run: a red build can be repeated. No clock: machines differ.
settings.register_profile(
    "performance",
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.load_profile("performance")

from . import test_access_rights
from . import test_architecture
from . import test_improve_access
from . import test_improve_plan
from . import test_improve_proposal
from . import test_measure_acceptance
from . import test_measure_acceptance_access
from . import test_measure_acceptance_portal
from . import test_measure_attribution
from . import test_measure_batch
from . import test_measure_builder
from . import test_measure_cleaning
from . import test_measure_cleaning_numbers
from . import test_measure_cleaning_runs
from . import test_measure_complaint_access
from . import test_measure_complaint_clock
from . import test_measure_complaint_closing
from . import test_measure_complaint_form
from . import test_measure_complaint_form_hostile
from . import test_measure_complaint_feed
from . import test_measure_complaint_feed_access
from . import test_measure_complaint_feed_moves
from . import test_measure_complaint_feed_source
from . import test_measure_complaint_mail
from . import test_measure_complaint_numbers
from . import test_measure_complaint_portal
from . import test_measure_complaint_watch
from . import test_measure_complaint_workflow
from . import test_measure_correction
from . import test_measure_cron
from . import test_measure_customer
from . import test_measure_customer_move
from . import test_measure_demo_leads
from . import test_measure_engine
from . import test_measure_exclusion
from . import test_measure_exclusion_log
from . import test_measure_fuzz
from . import test_measure_hint
from . import test_measure_hint_access
from . import test_measure_hint_again
from . import test_measure_import
from . import test_measure_incremental
from . import test_measure_notes
from . import test_measure_interaction
from . import test_measure_incident
from . import test_measure_journey
from . import test_measure_journey_access
from . import test_measure_journey_archived
from . import test_measure_journey_picture
from . import test_measure_journey_visits
from . import test_measure_kpi
from . import test_measure_library
from . import test_measure_library_values
from . import test_measure_override
from . import test_measure_period
from . import test_measure_preview
from . import test_measure_property
from . import test_measure_reading
from . import test_measure_repair
from . import test_measure_run
from . import test_measure_standard
from . import test_measure_voice
from . import test_measure_voice_access
from . import test_measure_voice_import
from . import test_measure_voice_kpis
from . import test_measure_voice_link
from . import test_measure_voice_numbers
from . import test_measure_voice_program
from . import test_measure_watch
from . import test_public_methods
from . import test_reports_appraisal
from . import test_reports_bonus
from . import test_reports_download
from . import test_reports_letterhead
from . import test_reports_score
from . import test_review_access
from . import test_review_cycle
from . import test_review_people
from . import test_review_privacy
from . import test_review_reminder
from . import test_review_rpc
from . import test_review_verdict
from . import test_review_views
from . import test_review_workflow
from . import test_reward_access
from . import test_reward_deal
from . import test_reward_ledger
from . import test_reward_measure
from . import test_reward_plan
from . import test_reward_reopen
from . import test_reward_views
from . import test_reward_workflow
from . import test_score_audience
from . import test_score_change
from . import test_score_health
from . import test_score_health_access
from . import test_score_roles
from . import test_score_generator
from . import test_score_quadrant
from . import test_score_sandbox
from . import test_score_objective
from . import test_score_objective_access
from . import test_score_objective_checkin
from . import test_score_scale
from . import test_score_scheme
from . import test_score_scorecard
from . import test_score_target
from . import test_score_version
from . import test_tools_allocation
from . import test_tools_bands
from . import test_tools_formula
from . import test_tools_formula_refused
from . import test_tools_generator
from . import test_tools_hints
from . import test_tools_objectives
from . import test_tools_periods
from . import test_tools_quadrant
from . import test_tools_rating
from . import test_tools_scoring
from . import test_tools_service_clock
from . import test_tools_totals
from . import test_tools_working_time
from . import test_tours
from . import test_tours_builder
from . import test_tours_customer
from . import test_tours_objective
from . import test_views
from . import test_workflow
