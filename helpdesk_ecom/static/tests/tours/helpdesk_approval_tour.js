import { registry } from "@web/core/registry";

import { refundLine, seeAction } from "./helpdesk_tour_utils";

const TICKET = "Cup arrived broken";

/** An agent asks for more than he may give by himself. */
registry.category("web_tour.tours").add("helpdesk_approval_ask_tour", {
    steps: () => [
        ...refundLine("Cup blue", 2, ["Credit note of", "80.00", "somebody else approves it"]),
        ...seeAction("Refund", "To approve"),
    ],
});

/** The approver finds it in his list, and agrees. */
registry.category("web_tour.tours").add("helpdesk_approval_decide_tour", {
    steps: () => [
        {
            content: "Open the menu of the actions",
            trigger:
                ".o_menu_sections [data-menu-xmlid='helpdesk_ecom.menu_helpdesk_order_action']",
            run: "click",
        },
        {
            content: "What waits for approval",
            trigger: "[data-menu-xmlid='helpdesk_ecom.menu_helpdesk_order_action_to_approve']",
            run: "click",
        },
        {
            content: "Approve what the agent asked for, in the list",
            trigger: `.o_data_row:contains(${TICKET}):contains(80.00) button[name=action_approve]`,
            run: "click",
        },
        {
            content: "It waits no longer",
            trigger: `.o_list_view:not(:has(.o_data_row:contains(${TICKET})))`,
        },
    ],
});

/** The agent finds it done. */
registry.category("web_tour.tours").add("helpdesk_approval_done_tour", {
    steps: () => [
        {
            content: "The order says what was given",
            trigger: ".o_helpdesk_order_ledger button:contains(80.00)",
        },
        ...seeAction("Refund", "Done"),
    ],
});
