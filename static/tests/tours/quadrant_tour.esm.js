import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const card = (cell, name) =>
    `.o_quadrant_cell[data-cell="${cell}"] .o_quadrant_card:contains(${name})`;

/**
 * Press a key on a KPI.
 *
 * @param {string} cell "value-cost"
 * @param {string} name of the KPI
 * @param {string} key
 * @returns {Object[]} tour steps
 */
function press(cell, name, key) {
    return [
        { trigger: card(cell, name), run: ({ anchor }) => anchor.focus() },
        { trigger: `${card(cell, name)}:focus`, run: `press ${key}` },
    ];
}

// An administrator drags one KPI and moves another by the arrow keys.
tours.add("performance_quadrant_move", {
    steps: () => [
        { trigger: ".o_quadrant_keep li:nth-child(3)" },
        {
            trigger: card("1-5", "Average days to close"),
            run: 'drag_and_drop .o_quadrant_cell[data-cell="2-5"]',
        },
        { trigger: card("2-5", "Average days to close") },
        ...press("1-5", "Customer satisfaction", "ArrowLeft"),
        { trigger: card("1-4", "Customer satisfaction") },
        { trigger: `.o_quadrant_card:focus:contains(Customer satisfaction)` },
        // fewer stages: fewer cards, another proposal
        { trigger: ".o_quadrant_stage", run: "select renewal" },
        {
            trigger: ".o_quadrant_picture:not(:has(:contains(Average days to close)))",
        },
        { trigger: ".o_quadrant_stage", run: "select " },
        { trigger: card("2-5", "Average days to close") },
    ],
});

// Whoever has no right to change KPIs looks at a cell and opens a KPI.
tours.add("performance_quadrant_look", {
    steps: () => [
        { trigger: '.o_quadrant_cell[data-cell="1-5"]', run: "click" },
        {
            trigger: ".o_quadrant_list:not(:has(select)) a:contains(Average days to close)",
        },
        { trigger: `${card("1-5", "Average days to close")}[draggable=false]` },
        ...press("1-5", "Average days to close", "ArrowUp"),
        { trigger: card("1-5", "Average days to close"), run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=name]:contains(Average days)" },
    ],
});
