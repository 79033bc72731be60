import { registry } from "@web/core/registry";

// From the tree to the check-in of the week.
registry.category("web_tour.tours").add("performance_objective_checkin", {
    url: "/odoo/objectives",
    steps: () => [
        { trigger: ".o_kanban_record:contains(Customers stay)" },
        { trigger: "button.o_switch_view.o_hierarchy", run: "click" },
        { trigger: ".o_hierarchy_node:contains(Customers stay)" },
        { trigger: ".o_switch_view.o_kanban", run: "click" },
        { trigger: ".o_kanban_record:contains(Team calls back)", run: "click" },
        { trigger: "button[name=action_check_in]", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=done] textarea",
            run: "edit Called everybody",
        },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal)) .o-mail-Message:contains(Called everybody)" },
    ],
});
