/** Fill in the refund of some pieces of one line, read what it will do, and submit it. */
export function refundLine(product, quantity, preview) {
    const row = `.modal .o_data_row:contains(${product})`;
    const said = preview.map((text) => `:contains(${text})`).join("");
    return [
        {
            content: "Open the refund",
            trigger: ".o_form_statusbar button[name=action_open_refund]",
            run: "click",
        },
        {
            content: "Choose the line",
            trigger: `${row} td[name=quantity]`,
            run: "click",
        },
        {
            content: "So many of it",
            trigger: `${row} td[name=quantity] input`,
            run: `edit ${quantity}`,
        },
        {
            content: "Look at the reasons",
            trigger: ".modal .o_field_widget[name=reason_id] input",
            run: "click",
        },
        {
            content: "Choose one",
            trigger: ".o-autocomplete--dropdown-item:contains(Damaged)",
            run: "click",
        },
        {
            content: "Say more",
            trigger: ".modal .o_field_widget[name=reason] :is(input, textarea)",
            run: "edit Arrived broken",
        },
        {
            content: "It says beforehand what will happen",
            trigger: `.modal .o_field_widget[name=preview]${said}`,
        },
        {
            content: "Refund",
            trigger: ".modal footer button[name=action_confirm]:enabled",
            run: "click",
        },
    ];
}

/** See in the open ticket what became of an action. */
export function seeAction(label, state) {
    return [
        {
            content: "Look at what was done",
            trigger: "body:not(:has(.modal)) .o_notebook .nav-link[name=order_actions]",
            run: "click",
        },
        {
            content: `${label}: ${state}`,
            trigger: `.o_field_widget[name=order_action_ids] .o_data_row:contains(${label}):contains(${state})`,
        },
    ];
}
