import {
    OPEN_COMPOSER,
    seeDelivery,
    sendTemplate,
    writeAnswer,
} from "@helpdesk_ecom/../tests/tours/helpdesk_tour_utils";
import { registry } from "@web/core/registry";

const BAR = ".o_helpdesk_channel_bar";

/** The customer has just written. */
registry.category("web_tour.tours").add("helpdesk_whatsapp_answer_tour", {
    steps: () => [
        {
            content: "Nobody has the ticket yet",
            trigger: "[data-tab=unassigned]",
            run: "click",
        },
        {
            content: "The list says who wrote what, and where",
            trigger:
                ".o_helpdesk_inbox_unread:contains(Emma Clark):contains(Where is my parcel?):has(.fa-whatsapp)",
            run: "click",
        },
        {
            content: "It can be read beside the list",
            trigger:
                ".o_helpdesk_inbox_ticket .o-mail-Message:contains(Emma Clark):contains(Where is my parcel?)",
        },
        OPEN_COMPOSER,
        {
            content: "It says where the answer goes, and until when",
            trigger: `${BAR}.alert-success:contains(Shop on WhatsApp):contains(free answers until)`,
        },
        ...writeAnswer("It is on its way."),
        seeDelivery("It is on its way.", "outgoing"),
    ],
});

/** The answer left, and WhatsApp told what became of it. */
registry.category("web_tour.tours").add("helpdesk_whatsapp_sent_tour", {
    steps: () => [seeDelivery("It is on its way.", "sent", "Sent")],
});

registry.category("web_tour.tours").add("helpdesk_whatsapp_delivered_tour", {
    steps: () => [seeDelivery("It is on its way.", "delivered", "Delivered")],
});

registry.category("web_tour.tours").add("helpdesk_whatsapp_read_tour", {
    steps: () => [seeDelivery("It is on its way.", "read", "Read")],
});

/** The customer wrote more than a day ago. */
registry.category("web_tour.tours").add("helpdesk_whatsapp_template_tour", {
    steps: () => [
        {
            content: "What the customer wrote",
            trigger: ".o-mail-Message:contains(Emma Clark):contains(Still no parcel)",
        },
        OPEN_COMPOSER,
        {
            content: "Too late for free words",
            trigger: `${BAR}.alert-danger:contains(Shop on WhatsApp):contains(too long ago)`,
        },
        {
            content: "Write anyway",
            trigger: ".o-mail-Composer-input",
            run: "edit Hello?",
        },
        { trigger: ".o-mail-Composer-send:disabled[title*='too long ago']" },
        ...sendTemplate("Hello Emma, your parcel", "is at the post office"),
    ],
});

registry.category("web_tour.tours").add("helpdesk_whatsapp_template_read_tour", {
    steps: () => [seeDelivery("is at the post office", "read", "Read")],
});
