import { registry } from "@web/core/registry";

const choose = (field, label) => [
    { trigger: `.modal .o_field_widget[name=${field}] input`, run: "click" },
    { trigger: `.o_select_menu_item:contains(${label})`, run: "click" },
    { trigger: `.modal .o_field_widget[name=${field}] input:value(${label})` },
];

// From a role and an emphasis to a scheme in force.
registry.category("web_tour.tours").add("performance_generate_scheme", {
    steps: () => [
        { trigger: ".o_control_panel button:contains(Generate)", run: "click" },
        ...choose("role", "After-Sales"),
        { trigger: ".modal .o_field_widget[name=preview] td:contains(Resolution time)" },
        ...choose("emphasis", "Retain Customers"),
        { trigger: ".modal .o_field_widget[name=preview] td:contains(Renewal rate)" },
        { trigger: ".modal button[name=action_generate]", run: "click" },
        { trigger: ".o_notebook .nav-link[name=balance]", run: "click" },
        { trigger: ".o_field_widget[name=balance] .progress:nth-child(2)" },
        { trigger: "button[name=action_activate]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Active)" },
        { trigger: "button[name=action_open_quadrant]", run: "click" },
        { trigger: ".o_last_breadcrumb_item:contains(What to Keep)" },
        { trigger: ".o_quadrant_keep li:nth-child(3)" },
    ],
});
