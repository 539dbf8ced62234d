import { registry } from "@web/core/registry";
import { letWrite } from "./helpdesk_tour_utils";

const small = ".o-mail-Composer :is(textarea, .odoo-editor-editable)";
const send = ".o_mail_composer_form .o_mail_send:enabled, .modal footer .o_mail_send:enabled";
const held = ".modal:contains(Emma Clark wrote meanwhile)";

registry.category("web_tour.tours").add("helpdesk_full_composer_tour", {
    steps: () => [
        { content: "Answer", trigger: ".o-mail-Chatter-sendMessage", run: "click" },
        { content: "Write", trigger: small, run: "edit A new cup is on its way" },
        {
            content: "She writes already",
            trigger: ".o-mail-Composer-send:enabled",
            run: () => letWrite("Emma Clark", "It just came!"),
        },
        {
            content: "Expand it",
            trigger: ".o-mail-Composer [name='open-full-composer']",
            run: "click",
        },
        { content: "Send", trigger: send, run: "click" },
        { content: "It is held", trigger: `${held}:contains(It just came!)` },
        { content: "Don't send", trigger: `${held} button:contains(Keep writing)`, run: "click" },
        {
            content: "The text is there",
            trigger: ".modal .odoo-editor-editable:contains(A new cup is on its way)",
            run: () => letWrite("Emma Clark", "But it is broken."),
        },
        { content: "Send", trigger: send, run: "click" },
        { content: "It is held again", trigger: `${held}:contains(But it is broken.)` },
        { content: "Send it", trigger: `${held} button:contains(Send anyway)`, run: "click" },
        {
            content: "It was said",
            trigger: "body:not(:has(.modal)) .o-mail-Message:contains(A new cup is on its way)",
        },
    ],
});
