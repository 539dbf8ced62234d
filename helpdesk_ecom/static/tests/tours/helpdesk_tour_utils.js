/** Let a customer write, behind the agent's back. */
export async function letWrite(customer, body) {
    const { orm } = odoo.__WOWL_DEBUG__.root.env.services;
    const [ticket] = await orm.searchRead(
        "helpdesk.ticket",
        [["partner_id.name", "=", customer]],
        ["partner_id"]
    );
    await orm.call("helpdesk.ticket", "message_post", [[ticket.id]], {
        body,
        author_id: ticket.partner_id[0],
        message_type: "comment",
        subtype_xmlid: "mail.mt_comment",
    });
}

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
            trigger: `.o_notebook .o_data_row:contains(${label}):contains(${state})`,
        },
    ];
}

export const OPEN_COMPOSER = {
    content: "Answer",
    trigger: ".o-mail-Chatter-sendMessage",
    run: "click",
};

/** Write to the customer in the open composer. */
export function writeAnswer(text) {
    return [
        {
            content: `Write: ${text}`,
            trigger: ".o-mail-Composer-input:not([readonly])",
            run: `edit ${text}`,
        },
        {
            content: "Send it",
            trigger: ".o-mail-Composer-send:enabled",
            run: "click",
        },
    ];
}

/** See what became of an answer on its channel. */
export function seeDelivery(text, state, label = "") {
    const said = label && `:contains(${label})`;
    return {
        content: `${text}: ${state}`,
        trigger: `.o-mail-Message:contains(${text}) .o_helpdesk_delivery[data-state=${state}]${said}`,
    };
}

/** Choose the only template, see what it knows, write what it doesn't know, and send it. */
export function sendTemplate(known, text) {
    return [
        {
            content: "Choose a template",
            trigger: ".o_helpdesk_choose_template",
            run: "click",
        },
        {
            content: "It knows the customer and the ticket",
            trigger: `.modal .o_helpdesk_template_preview:contains(${known})`,
        },
        { trigger: ".modal .o_helpdesk_send_template:disabled" },
        {
            content: "The rest is written by the agent",
            trigger: ".modal .o_helpdesk_variable:last",
            run: `edit ${text}`,
        },
        { trigger: `.modal .o_helpdesk_template_preview:contains(${text})` },
        {
            content: "Send it",
            trigger: ".modal .o_helpdesk_send_template:enabled",
            run: "click",
        },
        seeDelivery(text, "outgoing"),
    ];
}
