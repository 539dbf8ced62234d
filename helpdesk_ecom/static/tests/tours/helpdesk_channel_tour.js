import { registry } from "@web/core/registry";

import { OPEN_COMPOSER, seeDelivery, sendTemplate, writeAnswer } from "./helpdesk_tour_utils";

/** While the customer may be answered freely. */
registry.category("web_tour.tours").add("helpdesk_channel_answer_tour", {
    steps: () => [
        {
            content: "The ticket says by which way it came",
            trigger: ".o_field_widget[name=channel_provider] [title*='Your Own Program']",
        },
        OPEN_COMPOSER,
        {
            content: "It says where the answer goes, and until when",
            trigger:
                ".o_helpdesk_channel_bar.alert-success:contains(Shop App):contains(free answers until)",
        },
        ...writeAnswer("It is on its way."),
        seeDelivery("It is on its way.", "outgoing"),
    ],
});

/** A day later: only templates, or by mail. */
registry.category("web_tour.tours").add("helpdesk_channel_template_tour", {
    steps: () => [
        seeDelivery("It is on its way.", "sent", "Sent"),
        OPEN_COMPOSER,
        {
            content: "Too late for free words",
            trigger: ".o_helpdesk_channel_bar.alert-danger:contains(too long ago)",
        },
        {
            content: "Write anyway",
            trigger: ".o-mail-Composer-input",
            run: "edit Hello?",
        },
        { trigger: ".o-mail-Composer-send:disabled[title*='too long ago']" },
        ...sendTemplate("Hi Emma, about", "it is there"),
        OPEN_COMPOSER,
        {
            content: "Or by mail",
            trigger: ".o_helpdesk_by_email",
            run: "click",
        },
        {
            trigger: ".o_helpdesk_channel_bar.alert-info:contains(emma.clark@customer.example)",
        },
        ...writeAnswer("By mail then."),
        {
            content: "It went by mail",
            trigger: ".o-mail-Message:contains(By mail then.):not(:has(.o_helpdesk_delivery))",
        },
    ],
});
