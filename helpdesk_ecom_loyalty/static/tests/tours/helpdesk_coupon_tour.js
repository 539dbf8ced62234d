import { registry } from "@web/core/registry";

/** Give a coupon from the order panel. */
function giveCoupon(program) {
    return [
        {
            content: "See all that can be done, where there is more than the panel has room for",
            trigger: ".o_helpdesk_order_actions",
            run() {
                if (!this.anchor.querySelector("[name=action_open_coupon]")) {
                    this.anchor.querySelector(".o_helpdesk_order_more").click();
                }
            },
        },
        {
            content: "Open the coupon",
            trigger: "[name=action_open_coupon]:not(:disabled)",
            run: "click",
        },
        {
            content: "The only program is chosen",
            trigger: `.modal .o_field_widget[name=program_id] input:value(${program})`,
        },
        {
            content: "It says beforehand what will happen",
            trigger: ".modal .o_field_widget[name=preview]:contains(It counts as)",
        },
        {
            content: "Look at the reasons",
            trigger: ".modal .o_field_widget[name=reason_id] input",
            run: "click",
        },
        {
            content: "Choose one",
            trigger: ".o-autocomplete--dropdown-item:contains(Goodwill)",
            run: "click",
        },
        {
            content: "Give it",
            trigger: ".modal footer button[name=action_confirm]:enabled",
            run: "click",
        },
        {
            content: "The code is told",
            trigger: ".o_notification:contains(The code is)",
        },
        {
            content: "The order says what was given",
            trigger: "body:not(:has(.modal)) .o_helpdesk_order_ledger button:contains(10.00)",
        },
    ];
}

/** Take the coupon back from the list of what was done. */
function takeBack() {
    return [
        {
            content: "Look at what was done",
            trigger: ".o_notebook .nav-link[name=order_actions]",
            run: "click",
        },
        {
            content: "Open the coupon",
            trigger: ".o_notebook .o_data_row:contains(Coupon) td:first",
            run: "click",
        },
        {
            content: "Its code can be copied",
            trigger: ".o_field_widget[name=loyalty_code] .o_clipboard_button",
        },
        {
            content: "Take it back",
            trigger: "button[name=action_cancel]",
            run: "click",
        },
        {
            content: "Confirm",
            trigger: ".modal footer .btn-primary:contains(Ok)",
            run: "click",
        },
        {
            content: "It is cancelled",
            trigger: ".o_arrow_button_current:contains(Cancelled)",
        },
    ];
}

registry.category("web_tour.tours").add("helpdesk_coupon_tour", {
    steps: () => [...giveCoupon("Program coupons"), ...takeBack()],
});
