import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/**
 * Rate the only criterion, write the summary, submit.
 *
 * @param {string} summary what the person concludes
 * @returns {Object[]} tour steps
 */
function writeAssessment(summary) {
    return [
        { trigger: ".o_form_view button[name=action_open_my_assessment]", run: "click" },
        {
            trigger: ".o_field_widget[name=line_ids] .o_data_row td[name=rating]",
            run: "click",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=rating] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_menu .o_select_menu_item:contains(4 - Exceeded)",
            run: "click",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=rating] input:value(4 - Exceeded)",
        },
        {
            trigger: ".o_field_widget[name=summary] textarea",
            run: `edit ${summary}`,
        },
        {
            content: "the row was left, its rating stays",
            trigger: ".o_data_row:not(.o_selected_row) td[name=rating]:contains(4 - Exceeded)",
        },
        { trigger: "button[name=action_submit]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
    ];
}

// HR launches the cycle.
tours.add("performance_appraisal_launch", {
    steps: () => [
        { trigger: "button[name=action_launch]", run: "click" },
        { trigger: ".o_notification:contains(created 1)" },
        { trigger: ".o_arrow_button_current:contains(Running)" },
    ],
});

// The employee writes the own side.
tours.add("performance_appraisal_self", {
    url: "/odoo/my-appraisals",
    steps: () => [
        { trigger: ".o_kanban_record:contains(Tour cycle), .o_data_row:contains(Tour cycle) td", run: "click" },
        ...writeAssessment("A good quarter."),
        { trigger: ".o_arrow_button_current:contains(Manager Review)" },
    ],
});

// The manager writes the other side.
tours.add("performance_appraisal_manager", {
    url: "/odoo/team-appraisals",
    steps: () => [
        { trigger: ".o_kanban_record:contains(Tour cycle), .o_data_row:contains(Tour cycle) td", run: "click" },
        ...writeAssessment("Meets what we expect."),
        { trigger: ".o_arrow_button_current:contains(HR Approval)" },
    ],
});

// HR approves and publishes.
tours.add("performance_appraisal_approve", {
    steps: () => [
        { trigger: "button[name=action_approve]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Published)" },
    ],
});

// The employee reads the verdict and acknowledges.
tours.add("performance_appraisal_acknowledge", {
    steps: () => [
        { trigger: ".o_field_widget[name=manager_summary]:contains(Meets what we expect), .o_notebook a[name=verdict]" },
        { trigger: "button[name=action_acknowledge]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Acknowledged)" },
    ],
});
