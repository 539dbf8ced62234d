import { registry } from "@web/core/registry";

import { refundLine, seeAction } from "./helpdesk_tour_utils";

/** From the overview of the teams to the board of one. */
function openBoard(team) {
    return [
        {
            content: "The overview tells how much is open",
            trigger: `.o_kanban_record:contains(${team}) a:contains(1 Open)`,
            run: "click",
        },
        {
            content: "The board is there, with the stages that are empty",
            trigger: ".o_kanban_group .o_column_title:contains(Waiting)",
        },
    ];
}

/** From the board to a ticket. */
function openTicket(subject) {
    return [
        {
            content: `Open the ticket: ${subject}`,
            trigger: `.o_kanban_record:contains(${subject})`,
            run: "click",
        },
        {
            content: "Its subject is at the head of the form",
            trigger: `.o_form_view .o_field_widget[name=name] textarea:value(${subject})`,
        },
    ];
}

/** Take the open ticket. */
function assignToMe(name) {
    return [
        {
            content: "Take the ticket",
            trigger: ".o_form_statusbar button[name=action_assign_to_me]",
            run: "click",
        },
        {
            content: "It says who has it",
            trigger: `.o_field_widget[name=user_id] input:value(${name})`,
        },
    ];
}

/** See the order beside the conversation. */
function seeOrder(product) {
    return [
        {
            content: "The order is there, with what was bought",
            trigger: `.o_helpdesk_order_panel .o_helpdesk_order_line:contains(${product})`,
        },
    ];
}

/** Refund one piece of one line of the ticket's order. */
function refundOne(product, amount) {
    return [
        ...refundLine(product, 1, ["Credit note of", amount]),
        {
            content: "The order says what was given",
            trigger: `body:not(:has(.modal)) .o_helpdesk_order_ledger button:contains(${amount})`,
        },
    ];
}

/** Send the ticket's order to another address. */
function changeAddress(street) {
    return [
        {
            content: "Open the change of address",
            trigger: ".o_form_statusbar button[name=action_open_address_change]",
            run: "click",
        },
        {
            content: "Write the street",
            trigger: ".modal .o_field_widget[name=street] input",
            run: `edit ${street}`,
        },
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name=reason] :is(input, textarea)",
            run: "edit The customer has moved",
        },
        {
            content: "Change it",
            trigger: ".modal footer button[name=action_confirm]:enabled",
            run: "click",
        },
        ...seeAction("address", "Done"),
    ];
}

/** Write to the customer from the open ticket. */
function answer(text) {
    return [
        {
            content: "Open the composer",
            trigger: "button.o-mail-Chatter-sendMessage:not(:disabled)",
            run: "click",
        },
        {
            content: "Write the answer",
            trigger: ".o-mail-Composer-input",
            run: `edit ${text}`,
        },
        {
            content: "Send it",
            trigger: ".o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "It stands in the conversation",
            trigger: `.o-mail-Message-body:contains(${text})`,
        },
    ];
}

/** Close the open ticket. */
function solve(stage) {
    return [
        {
            content: "Solve the ticket",
            trigger: ".o_form_statusbar button[name=action_solve]",
            run: "click",
        },
        {
            content: "It is in the closing stage",
            trigger: `.o_statusbar_status .o_arrow_button_current:contains(${stage})`,
        },
        {
            content: "It can be opened again",
            trigger: ".o_form_statusbar button[name=action_reopen]",
        },
    ];
}

registry.category("web_tour.tours").add("helpdesk_agent_tour", {
    steps: () => [
        ...openBoard("Tour Team"),
        ...openTicket("Cup arrived broken"),
        ...assignToMe("Agent"),
        ...seeOrder("Cup blue"),
        ...refundOne("Cup blue", "40.00"),
        ...changeAddress("1 Main Street"),
        ...answer("A new cup is on its way"),
        ...solve("Solved"),
    ],
});
