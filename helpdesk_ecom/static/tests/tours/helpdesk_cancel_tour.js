import { registry } from "@web/core/registry";

/** An agent takes one piece off an order that has not left, and sees what it does. */
registry.category("web_tour.tours").add("helpdesk_cancel_tour", {
    steps: () => [
        {
            content: "Cancel, from the order",
            trigger: ".o_helpdesk_order_panel button[name=action_open_cancel]",
            run: "click",
        },
        {
            content: "The whole order is proposed, and what that does",
            trigger: ".modal .o_field_widget[name=preview]:contains(is cancelled)",
        },
        {
            content: "Only a part of it",
            trigger: ".modal .o_field_widget[name=mode] .o_radio_item:contains(Single lines) input",
            run: "click",
        },
        {
            content: "Choose the line",
            trigger: ".modal .o_data_row:contains(Cup blue) td[name=quantity]",
            run: "click",
        },
        {
            content: "One of it",
            trigger: ".modal .o_data_row:contains(Cup blue) td[name=quantity] input",
            run: "edit 1",
        },
        {
            content: "Look at the reasons",
            trigger: ".modal .o_field_widget[name=reason_id] input",
            run: "click",
        },
        {
            content: "Choose one",
            trigger: ".o-autocomplete--dropdown-item:contains(Late)",
            run: "click",
        },
        {
            content: "It says beforehand what will happen to the invoice",
            trigger:
                ".modal .o_field_widget[name=preview]:contains(Credit note of):contains(40.00)",
        },
        {
            content: "Do it",
            trigger: ".modal footer button[name=action_confirm]:enabled",
            run: "click",
        },
        {
            content: "The order says what was given back",
            trigger: "body:not(:has(.modal)) .o_helpdesk_order_ledger button:contains(40.00)",
        },
    ],
});
