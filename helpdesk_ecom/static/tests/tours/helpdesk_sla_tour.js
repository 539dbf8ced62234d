import { registry } from "@web/core/registry";

const TICKET = "La taza llegó rota";

function pick(field, text, within = "") {
    return [
        {
            content: `Look for ${text}`,
            trigger: `${within}.o_field_widget[name=${field}] input`,
            run: `edit ${text}`,
        },
        {
            content: `Choose ${text}`,
            trigger: `.o-autocomplete--dropdown-item:contains(${text})`,
            run: "click",
        },
        { trigger: "body:not(:has(.o-autocomplete--dropdown-menu))" },
    ];
}

/** A leader promises something, by clicking. */
registry.category("web_tour.tours").add("helpdesk_sla_policy_tour", {
    steps: () => [
        {
            content: "What is set up",
            trigger:
                ".o_menu_sections [data-menu-xmlid='helpdesk_ecom.menu_helpdesk_configuration']",
            run: "click",
        },
        {
            content: "The policies",
            trigger: ".o-dropdown--menu [data-menu-xmlid='helpdesk_ecom.menu_helpdesk_sla']",
            run: "click",
        },
        { trigger: ".o_last_breadcrumb_item:contains(SLA Policies)" },
        { content: "A new one", trigger: ".o_list_button_add", run: "click" },
        {
            content: "Name it",
            trigger: ".o_field_widget[name=name] :is(input, textarea)",
            run: "edit North America VIP",
        },
        ...pick("tier_ids", "Platinum"),
        {
            content: "On the customer's clock",
            trigger: ".o_field_widget[name=clock] input[data-value=customer]",
            run: "click",
        },
        ...pick("preview_partner_id", "Lucía Ortega"),
        {
            content: "It says what that means, there and here",
            trigger:
                ".o_field_widget[name=preview]:contains(4:00):contains(New York):contains(5:00):contains(Shanghai)",
        },
        {
            content: "Something happens when time runs out",
            trigger: ".o_field_widget[name=escalation_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "After half of the time",
            trigger: ".modal .o_field_widget[name=percent] input",
            run: "edit 50",
        },
        {
            content: "The leaders are told",
            trigger: ".modal .o_field_widget[name=notify_leaders] input",
            run: "click",
        },
        ...pick("mail_template_id", "We Need a Little Longer", ".modal "),
        {
            content: "That is all",
            trigger: ".modal .o_form_button_save:enabled",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=escalation_ids] .o_data_row:contains(50%)",
        },
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});

/** A customer in New York asks in the afternoon: it is three in the morning in Shenzhen. */
registry.category("web_tour.tours").add("helpdesk_sla_customer_tour", {
    steps: () => [
        {
            content: "The subject",
            trigger: "input[name=subject]",
            run: `edit ${TICKET}`,
        },
        {
            content: "The words",
            trigger: "textarea[name=text]",
            run: "edit Hola, la taza llegó en pedazos.",
        },
        {
            content: "Send it",
            trigger: ".o_helpdesk_new_ticket_form button[type=submit]:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: `body:contains(${TICKET})` },
    ],
});

/** An agent in Shenzhen sees until when, on both clocks. */
registry.category("web_tour.tours").add("helpdesk_sla_agent_tour", {
    steps: () => [
        {
            content: "This browser is in Shenzhen, at that moment",
            trigger: `.o_data_row:contains(${TICKET})`,
            run() {
                const now = luxon.DateTime.fromISO("2026-11-30T19:00:00Z").toMillis();
                luxon.Settings.now = () => now;
                luxon.Settings.defaultZone = "Asia/Shanghai";
            },
        },
        {
            content: "Open the ticket",
            trigger: `.o_data_row:contains(${TICKET}) td[name=name]`,
            run: "click",
        },
        {
            content: "The countdown",
            trigger: ".o_form_view .o_helpdesk_sla:contains(First response in 2 h)",
            run: "hover",
        },
        {
            content: "Until when, here and there",
            trigger: ".o-tooltip:contains(05:00):contains(16:00):contains(New York)",
        },
        {
            content: "The clock",
            trigger: ".o_notebook .nav-link[name=sla]",
            run: "click",
        },
        {
            trigger: ".o_notebook .o_data_row:contains(North America VIP):contains(Ongoing)",
        },
    ],
});

/** An hour later the leader is told, and the customer reads in Spanish by when. */
registry.category("web_tour.tours").add("helpdesk_sla_escalation_tour", {
    steps: () => [
        {
            content: "The leader is told",
            trigger: ".o-mail-Activity:contains(First response)",
        },
        {
            content: "The customer was told, in Spanish and by the clocks in New York",
            trigger:
                ".o-mail-Message:contains(30 de noviembre):contains(16:00):contains(Nueva York)",
        },
    ],
});
