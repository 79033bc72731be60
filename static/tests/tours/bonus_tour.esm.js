import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const signing = ".o_data_row:contains(Tour deal):contains(Signing)";

// The salesperson wins the deal: four milestones, the first waits for approval.
tours.add("performance_bonus_win", {
    steps: () => [
        { trigger: "button[name=action_set_won_rainbowman]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Won)" },
        { trigger: ".o_notebook a[name=performance_milestones]", run: "click" },
        {
            content: "all four stages of the deal are there",
            trigger: ".o_field_widget[name=milestone_line_ids] .o_data_row:nth-child(4)",
        },
        {
            trigger:
                ".o_field_widget[name=milestone_line_ids] .o_data_row:contains(Signing):contains(To Approve)",
        },
    ],
});

// The sales manager approves in CRM.
tours.add("performance_bonus_approve", {
    url: "/odoo/milestone-bonuses",
    steps: () => [
        { trigger: `${signing} button[name=action_approve]`, run: "click" },
        { trigger: `${signing}:contains(Approved)` },
    ],
});

// HR releases.
tours.add("performance_bonus_release", {
    url: "/odoo/performance-milestones",
    steps: () => [
        { trigger: `${signing} td[name=lead_id]`, run: "click" },
        { trigger: ".o_form_view button[name=action_release]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Released)" },
    ],
});

// The salesperson reads it on the statement.
tours.add("performance_bonus_statement", {
    url: "/odoo/performance-bonus-statements",
    steps: () => [
        { trigger: ".o_data_row td[name=released]:contains(200.00)", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=released]:contains(200.00)" },
        { trigger: ".o_form_view .o_data_row:contains(Tour deal)" },
    ],
});
