import { registry } from "@web/core/registry";
import { letWrite } from "./helpdesk_tour_utils";

const item = (customer) => `.o_helpdesk_inbox_item:contains(${customer})`;
const composer = ".o_helpdesk_inbox_ticket .o-mail-Composer :is(textarea, .odoo-editor-editable)";

/** Press a key as an agent does: nothing has the focus. */
function press(key, content) {
    return { content, trigger: ".o_helpdesk_inbox_list", run: () => dispatch(key) };
}

function dispatch(key) {
    document.activeElement?.blur();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}

function isOpen(customer) {
    return {
        content: `The conversation with ${customer} is open`,
        trigger: `${item(customer)}.o_helpdesk_inbox_selected`,
    };
}

function seeTicket(subject) {
    return {
        content: `${subject} is beside the list`,
        trigger: `.o_helpdesk_inbox_ticket .o_field_widget[name=name] textarea:value(${subject})`,
    };
}

registry.category("web_tour.tours").add("helpdesk_inbox_tour", {
    steps: () => [
        {
            content: "Who waits longest is first, and unread",
            trigger: ".o_helpdesk_inbox_item:first:contains(Emma Clark).o_helpdesk_inbox_unread",
        },
        {
            content: "The last words are there",
            trigger: `${item("Carl Clay")}:contains(Is it blue?)`,
        },
        press("j", "Open the first one"),
        isOpen("Emma Clark"),
        seeTicket("Cup arrived broken"),
        {
            content: "It was read",
            trigger: `${item("Emma Clark")}:not(.o_helpdesk_inbox_unread)`,
        },
        press("j", "Open the second one"),
        isOpen("Carl Clay"),
        seeTicket("Colour of the plate"),
        press("k", "Go back"),
        isOpen("Emma Clark"),
        seeTicket("Cup arrived broken"),
        {
            content: "Her message is beside the ticket",
            trigger: ".o_helpdesk_inbox_ticket .o-mail-Message:contains(Emma Clark)",
        },
        press("r", "Reply"),
        { content: "Write", trigger: composer, run: "edit A new cup is on its way" },
        {
            content: "She writes meanwhile",
            trigger: ".o_helpdesk_inbox_ticket .o-mail-Composer-send:enabled",
            run: () => letWrite("Emma Clark", "It just came!"),
        },
        {
            content: "Send",
            trigger: ".o_helpdesk_inbox_ticket .o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "The answer is held",
            trigger: ".modal:contains(Emma Clark wrote meanwhile):contains(It just came!)",
        },
        { content: "Look", trigger: ".modal button:contains(Show)", run: "click" },
        {
            content: "Her message is there",
            trigger:
                "body:not(:has(.modal)) .o_helpdesk_inbox_ticket .o-mail-Message:contains(It just came!)",
        },
        { content: "Write something else", trigger: composer, run: "edit Glad to hear it" },
        {
            content: "Send",
            trigger: ".o_helpdesk_inbox_ticket .o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "It was said",
            trigger: ".o_helpdesk_inbox_ticket .o-mail-Message:contains(Glad to hear it)",
        },
        {
            content: "The list knows, too",
            trigger: `${item("Emma Clark")}:contains(Glad to hear it)`,
        },
    ],
});
