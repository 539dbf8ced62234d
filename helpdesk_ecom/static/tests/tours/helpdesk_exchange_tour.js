import { registry } from "@web/core/registry";

const row = ".modal .o_data_row:contains(Cup blue)";

registry.category("web_tour.tours").add("helpdesk_exchange_tour", {
    steps: () => [
        {
            content: "Open the exchange from the order panel",
            trigger: ".o_helpdesk_order_panel button:contains(Exchange):not([aria-disabled=true])",
            run: "click",
        },
        {
            content: "Choose the line",
            trigger: `${row} td[name=quantity]`,
            run: "click",
        },
        {
            content: "One of it comes back",
            trigger: `${row} td[name=quantity] input`,
            run: "edit 1",
        },
        {
            content: "Look for something else",
            trigger: `${row} td[name=exchange_product_id] input`,
            run: "edit Cup red",
        },
        {
            content: "Send the red one for it",
            trigger: ".o-autocomplete--dropdown-item:contains(Cup red)",
            run: "click",
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
            content: "The reason lets the new one leave at once",
            trigger: ".modal .o_field_widget[name=preview]:contains(leave at once)",
        },
        {
            content: "Wait for the old one",
            trigger: ".modal .o_field_widget[name=ship_on] label:contains(When the old)",
            run: "click",
        },
        {
            content: "It says beforehand what will happen",
            trigger:
                ".modal .o_field_widget[name=preview]:contains(When the old ones are back):contains(5.00 more)",
        },
        {
            content: "Exchange",
            trigger: ".modal footer button[name=action_confirm]:enabled",
            run: "click",
        },
        {
            content: "Look at what was done",
            trigger: "body:not(:has(.modal)) .o_notebook .nav-link[name=order_actions]",
            run: "click",
        },
        {
            content: "The exchange waits for the goods",
            trigger: ".o_notebook .o_data_row:contains(Exchange):contains(Waiting)",
        },
    ],
});
