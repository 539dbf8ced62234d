import { registry } from "@web/core/registry";
import { dropFiles } from "@web/../tests/utils";

const CHATTER = "#chatterRoot:shadow";

function textFile(name) {
    return new File(["three pieces"], name, { type: "text/plain" });
}

registry.category("web_tour.tours").add("helpdesk_portal_tour", {
    url: "/my",
    steps: () => [
        {
            content: "Go to the tickets",
            trigger: ".o_portal_index_card a[href='/my/tickets']:contains(1 open)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open a ticket",
            trigger: ".o_helpdesk_tickets a:contains(Cup arrived broken)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Read the answer, but no note",
            trigger: `${CHATTER} .o-mail-Message:contains(Please send a picture)`,
            run() {
                const { shadowRoot } = document.querySelector("#chatterRoot");
                if (shadowRoot.textContent.includes("sounds like fraud")) {
                    throw new Error("A customer reads a note of the team.");
                }
            },
        },
        {
            content: "Write",
            trigger: `${CHATTER} .o-mail-Composer-input`,
            run: "edit Here it is",
        },
        {
            content: "Drop a file on the conversation",
            trigger: `${CHATTER} .o-mail-Chatter`,
            async run() {
                const target = document.querySelector("#chatterRoot").shadowRoot;
                await dropFiles(".o-mail-Chatter", [textFile("cup.txt")], { target });
            },
        },
        {
            trigger: `${CHATTER} .o-mail-AttachmentContainer:not(.o-isUploading):contains(cup.txt)`,
        },
        {
            content: "Send",
            trigger: `${CHATTER} .o-mail-Composer button:contains(Send):enabled`,
            run: "click",
        },
        {
            trigger: `${CHATTER} .o-mail-Message:contains(Here it is):contains(cup.txt)`,
        },
        {
            content: "Close the ticket",
            trigger: ".o_helpdesk_close",
            run: "click",
        },
        {
            content: "Confirm",
            trigger: ".modal.show .o_helpdesk_close_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is closed, and says who did it",
            trigger: ".o_helpdesk_details:contains(Solved)",
        },
        {
            trigger: ".o_helpdesk_timeline:visible:contains(Closed by you)",
        },
    ],
});

registry.category("web_tour.tours").add("helpdesk_portal_new_ticket_tour", {
    url: "/my/orders",
    steps: () => [
        {
            content: "Open the order",
            trigger: ".o_portal_my_doc_table a:contains(S)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Ask for help",
            trigger: ".o_helpdesk_order_help",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The order is chosen; choose the product",
            trigger: "[name=order_line_id]:has(optgroup:not([hidden]))",
            run: "selectByLabel Plate",
        },
        {
            trigger: "[name=subject]",
            run: "edit Plate has a crack",
        },
        {
            trigger: "[name=text]",
            run: "edit From one side to the other.",
        },
        {
            content: "Drop two files",
            trigger: ".o_helpdesk_dropzone",
            async run() {
                await dropFiles(".o_helpdesk_dropzone", [textFile("one.txt"), textFile("two.txt")]);
            },
        },
        {
            content: "Take one back",
            trigger: ".o_helpdesk_files li:contains(one.txt) .o_helpdesk_remove_file",
            run: "click",
        },
        {
            trigger: ".o_helpdesk_files:not(:contains(one.txt)):contains(two.txt)",
        },
        {
            content: "What is too large is refused at once",
            trigger: ".o_helpdesk_new_ticket_form",
            async run() {
                const large = new File([new Uint8Array(20 * 1024 ** 2 + 1)], "film.mp4");
                await dropFiles(".o_helpdesk_dropzone", [large]);
            },
        },
        {
            trigger: ".o_helpdesk_files_error:contains(film.mp4)",
        },
        {
            trigger: ".o_helpdesk_files:not(:contains(film.mp4)):contains(two.txt)",
        },
        {
            content: "Send",
            trigger: ".o_helpdesk_new_ticket_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Thanks",
            trigger: ".o_helpdesk_created",
        },
        {
            trigger: `${CHATTER} .o-mail-Message:contains(From one side):contains(two.txt)`,
        },
    ],
});
