import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
// a complaint is filed, answered and closed in fewer clicks than this, each
const SIX = 6;

/**
 * The steps as they are, if a person needs fewer than six clicks for them. A field that
 * is filled in takes one to get there.
 */
function underSix(what, steps) {
    const clicks = steps.filter((step) => /^(click|edit)/.test(step.run || "")).length;
    if (clicks >= SIX) {
        throw new Error(`${what} takes ${clicks} clicks`);
    }
    return steps;
}

// The customer files in the portal.
tours.add("performance_complaint_portal", {
    url: "/my",
    steps: () =>
        underSix("filing in the portal", [
            {
                trigger: "a[href='/my/complaints']",
                run: "click",
                expectUnloadPage: true,
            },
            {
                trigger: "a[href='/my/complaints/new']",
                run: "click",
                expectUnloadPage: true,
            },
            { trigger: "input[name=name]", run: "edit Tour complaint" },
            { trigger: "textarea[name=description]", run: "edit The desk wobbles." },
            {
                trigger: ".o_complaint_form button[type=submit]",
                run: "click",
                expectUnloadPage: true,
            },
            { trigger: "h3:contains(Tour complaint), h2:contains(Tour complaint)" },
        ]),
});

// The service files what came by phone.
tours.add("performance_complaint_phone", {
    url: "/odoo/performance-complaints",
    steps: () => [
        ...underSix("filing by phone", [
            { trigger: ".o-kanban-button-new", run: "click" },
            { trigger: ".o_field_widget[name=name] input", run: "edit Phone complaint" },
            {
                trigger: ".o_field_widget[name=partner_id] input",
                run: "edit Test Contact",
            },
            {
                trigger: ".ui-autocomplete > li > a:contains(Test Contact)",
                run: "click",
            },
            { trigger: ".o_form_button_save", run: "click" },
        ]),
        { trigger: ".o_form_saved" },
        { trigger: ".o_arrow_button_current:contains(New)" },
    ],
});

// The service answers the customer in writing.
tours.add("performance_complaint_answer", {
    url: "/odoo/performance-complaints",
    steps: () => [
        ...underSix("answering", [
            { trigger: ".o_kanban_record:contains(Tour complaint)", run: "click" },
            { trigger: ".o-mail-Chatter-sendMessage:not(:disabled)", run: "click" },
            { trigger: ".o-mail-Composer-input", run: "edit We send a new one today." },
            { trigger: ".o-mail-Composer-send:not(:disabled)", run: "click" },
        ]),
        { trigger: ".o-mail-Message:contains(We send a new one today.)" },
    ],
});

// It is solved.
tours.add("performance_complaint_close", {
    url: "/odoo/performance-complaints",
    steps: () => [
        ...underSix("closing", [
            { trigger: ".o_kanban_record:contains(Tour complaint)", run: "click" },
            { trigger: "button[name=action_resolve]", run: "click" },
            { trigger: "button[name=action_close]", run: "click" },
        ]),
        { trigger: ".o_arrow_button_current:contains(Closed)" },
    ],
});

// The customer rates by the link of the e-mail, without a login.
tours.add("performance_complaint_rate", {
    steps: () => [
        { trigger: "textarea[name=feedback]", run: "edit Quick and friendly." },
        {
            trigger: "form[action$=submit_feedback] button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "h3:contains(Thank you for your feedback)" },
    ],
});

// Would you recommend us? By link, without a login.
tours.add("performance_voice_recommend", {
    steps: () => [
        // whatever language the visitor reads
        { trigger: "button[value=start]", run: "click" },
        { trigger: "label[for$='_9']", run: "click" },
        {
            trigger: "div.js_question-wrapper textarea",
            run: "edit They listen.",
        },
        { trigger: "button[value=finish]", run: "click" },
        { trigger: ".modal-footer button.btn-primary", run: "click" },
        { trigger: ".o_survey_finished" },
    ],
});

// The lead looks at what three complaints have become, and confirms it.
tours.add("performance_incident_confirm", {
    url: "/odoo/incidents",
    steps: () => [
        {
            trigger: ".o_data_cell[name=name]:contains(3 complaints of Test Customer)",
            run: "click",
        },
        { trigger: "button[name=action_open_complaints]", run: "click" },
        { trigger: ".o_data_row:nth-child(3)" },
        { trigger: ".breadcrumb-item a:contains(3 complaints)", run: "click" },
        { trigger: "button[name=action_confirm]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Confirmed)" },
    ],
});
