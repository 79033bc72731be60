import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/**
 * Open a list of choices and take one.
 *
 * @param {string} field technical name
 * @param {string} label what is taken
 * @returns {Object[]} tour steps
 */
function choose(field, label) {
    return [
        { trigger: `.o_field_widget[name=${field}] input`, run: "click" },
        { trigger: `.o_select_menu_item:contains(${label})`, run: "click" },
        { trigger: `.o_field_widget[name=${field}] input:value(${label})` },
    ];
}

/**
 * Type into a link and take what is proposed.
 *
 * @param {string} field technical name
 * @param {string} label what is taken
 * @returns {Object[]} tour steps
 */
function pick(field, label) {
    return [
        { trigger: `.o_field_widget[name=${field}] input`, run: `edit ${label}` },
        {
            trigger: `.o-autocomplete--dropdown-item:contains(${label}):first`,
            run: "click",
        },
    ];
}

const page = (name) => ({ trigger: `.o_notebook .nav-link[name=${name}]`, run: "click" });

// An administrator builds a KPI, tries it, and opens the records behind a number.
tours.add("performance_build_kpi", {
    url: "/odoo/performance-kpis",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        {
            trigger: ".o_field_widget[name=name] textarea",
            run: "edit Large deals won",
        },
        { trigger: ".o_field_widget[name=code] input", run: "edit LARGE_DEALS" },
        page("source"),
        ...pick("model_id", "Lead"),
        {
            content: "the model brings its usual date",
            trigger: ".o_field_widget[name=date_field_id] input:value(Closed Date)",
        },
        ...choose("aggregate", "Sum"),
        ...pick("measure_field_id", "Expected Revenue"),
        {
            trigger: ".o_field_widget[name=domain] a:contains(New Rule)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=domain] .o_model_field_selector",
            run: "click",
        },
        {
            trigger: ".o_model_field_selector_popover_search input",
            run: "edit Won/Lost",
        },
        {
            trigger:
                ".o_model_field_selector_popover_item_name:contains(/^Won\\/Lost$/)",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=domain] .o_tree_editor_condition > *:last-child select",
            run: "selectByLabel Won",
        },
        page("subjects"),
        {
            content: "the usual paths are there; a department gets its own",
            trigger:
                ".o_field_widget[name=employee_path] .o_model_field_selector:contains(Salesperson)",
        },
        {
            trigger: ".o_field_widget[name=company_path] .o_model_field_selector",
            run: "click",
        },
        {
            content: "links only",
            trigger:
                ".o_model_field_selector_popover:not(:has(.o_model_field_selector_popover_item_name:contains(Probability)))",
        },
        { trigger: ".o_model_field_selector_popover_search input", run: "edit Company" },
        {
            trigger: ".o_model_field_selector_popover_item_name:contains(/^Company$/)",
            run: "click",
        },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible" },
        { trigger: "button[name=action_preview]", run: "click" },
        {
            content: "the best comes first",
            trigger:
                ".o_field_widget[name=line_ids] .o_data_row:first:contains(Sam Sales):contains(5,000)",
        },
        {
            trigger:
                ".o_field_widget[name=line_ids] .o_data_row:first button[name=action_open_records]",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Tour deal)" },
        { trigger: ".breadcrumb .o_back_button, .o_back_button", run: "click" },
        {
            content: "back at the preview",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Sam Sales)",
        },
    ],
});

// The owner of a KPI that broke repairs its filter and measures.
tours.add("performance_repair_kpi", {
    steps: () => [
        { trigger: "div[name=quarantine]:contains(gone)" },
        {
            content: "the owner has something to do",
            trigger: ".o-mail-Activity:contains(gone)",
        },
        page("source"),
        {
            trigger: ".o_field_widget[name=domain] button[aria-label='Delete rule']",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=domain]:contains(all records)",
        },
        { trigger: "button[name=action_repair]", run: "click" },
        { trigger: ".o_notification:contains(Measured 1 of 1)" },
        { trigger: ".o_form_view:not(:has(div[name=quarantine]:not(.d-none)))" },
        { trigger: "button[name=action_measure]" },
    ],
});
