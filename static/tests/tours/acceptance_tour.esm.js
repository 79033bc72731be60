import { registry } from "@web/core/registry";

// The customer opens the link of the e-mail, signs and reads the confirmation.
registry.category("web_tour.tours").add("performance_acceptance_sign", {
    steps: () => [
        {
            content: "what was delivered is there",
            trigger: "[name=acceptance_deliverables]:contains(Forty desks)",
        },
        { trigger: "a[data-bs-target='#modalaccept']", run: "click" },
        {
            content: "the name is filled in",
            trigger: "#modalaccept.show input[name=signer]:value(Carl Contact)",
        },
        { trigger: ".o_web_sign_auto_button", run: "click" },
        {
            content: "sign as soon as the signature is drawn",
            trigger: ".o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".alert-success:contains(Your acceptance has been recorded)" },
        { trigger: "[name=acceptance_decision]:contains(Carl Contact) img" },
    ],
});
