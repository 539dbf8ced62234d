import {
    click,
    contains,
    insertText,
    onRpcBefore,
    openFormView,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { onRpc } from "@web/../tests/web_test_helpers";

import { defineTicketThread } from "./ticket_thread_fixtures";

defineTicketThread();

const BAR = ".o_helpdesk_channel_bar";
const SEND = ".o-mail-Composer-send";
const OPEN = {
    name: "WhatsApp",
    provider: "whatsapp",
    state: "on",
    has_window: true,
    is_open: true,
    until: "2026-03-02 14:20:30",
    templates: [],
    text_limit: 4096,
    email: "emma@customer.example",
    ways: ["channel", "email"],
};
const TEMPLATE = {
    id: 7,
    name: "news",
    lang: "en_US",
    category: "utility",
    pieces: ["Hi ", 0, ": ", 1],
    variables: [
        { name: "1", value: "Emma", label: "Customer's first name" },
        { name: "2", value: "", label: "" },
    ],
};

/** Open the composer of a ticket whose channel is in a state. */
async function openComposer(state, model = "helpdesk.ticket") {
    mockDate("2026-03-02 12:20:00", 0);
    onRpc("helpdesk.ticket", "get_channel_state", () => state);
    const pyEnv = await startServer();
    const resId = pyEnv[model].create({ name: "Cup arrived broken" });
    await start();
    await openFormView(model, resId, { arch: "<form><field name='name'/><chatter/></form>" });
    await click(".o-mail-Chatter-sendMessage:enabled");
    await contains(".o-mail-Composer-input");
    return resId;
}

test("an open window says until when, and lets answers out by the channel", async () => {
    onRpcBefore("/mail/message/post", ({ context }) => {
        expect.step(context.helpdesk_reply_by || "as usual");
    });
    await openComposer(OPEN);
    await contains(`${BAR}.alert-success:contains(WhatsApp):contains(free answers until 2:20)`);
    await contains(`${BAR}:contains((2 h left))`);
    await contains(`${BAR} .fa-whatsapp`);
    await insertText(".o-mail-Composer-input", "Hello");
    await click(`${SEND}:enabled`);
    await contains(".o-mail-Message", { text: "Hello" });
    expect.verifySteps(["as usual"]);
});

test("the last hour is said in another colour", async () => {
    await openComposer({ ...OPEN, until: "2026-03-02 12:50:30" });
    await contains(`${BAR}.alert-warning:contains(30 min left)`);
});

test("a closed window lets nothing out, and says why", async () => {
    onRpcBefore("/mail/message/post", () => expect.step("post"));
    await openComposer({ ...OPEN, is_open: false, until: "2026-03-02 10:00:00" });
    await contains(`${BAR}.alert-danger:contains(too long ago)`);
    await insertText(".o-mail-Composer-input", "Hello");
    await contains(`${SEND}:disabled[title*='too long ago']`);
    expect.verifySteps([]);
});

test("a window that closes while somebody writes is closed", async () => {
    // the server said so a moment before
    await openComposer({ ...OPEN, until: "2026-03-02 12:19:59" });
    await insertText(".o-mail-Composer-input", "Hello");
    await contains(`${SEND}:disabled`);
});

test("one click sends by mail instead", async () => {
    onRpcBefore("/mail/message/post", ({ context }) => {
        expect.step(context.helpdesk_reply_by);
    });
    await openComposer({ ...OPEN, is_open: false, until: false });
    await click(".o_helpdesk_by_email");
    await contains(`${BAR}.alert-info:contains(emma@customer.example)`);
    await insertText(".o-mail-Composer-input", "Hello");
    await click(`${SEND}:enabled`);
    await contains(".o-mail-Message", { text: "Hello" });
    expect.verifySteps(["email"]);
});

test("one click sends by SMS instead", async () => {
    onRpcBefore("/mail/message/post", ({ context }) => {
        expect.step(context.helpdesk_reply_by);
    });
    await openComposer({
        ...OPEN,
        is_open: false,
        until: false,
        phone: "+12125550123",
        ways: ["channel", "email", "sms"],
    });
    await click(".o_helpdesk_by_sms");
    await contains(`${BAR}.alert-info:contains(+12125550123)`);
    await contains(".o_helpdesk_by_sms", { count: 0 });
    await insertText(".o-mail-Composer-input", "Hello");
    await click(`${SEND}:enabled`);
    await contains(".o-mail-Message", { text: "Hello" });
    expect.verifySteps(["sms"]);
});

test("who has no address is not answered by mail", async () => {
    await openComposer({ ...OPEN, is_open: false, email: false, ways: ["channel"] });
    await contains(`${BAR}.alert-danger`);
    await contains(".o_helpdesk_by_email", { count: 0 });
});

test("a channel that is off or broken says so", async () => {
    await openComposer({ ...OPEN, state: "draft" });
    await contains(`${BAR}.alert-danger:contains(is off)`);
    await contains(".o_helpdesk_choose_template", { count: 0 });
});

test("a stopped channel keeps what is written", async () => {
    await openComposer({ ...OPEN, state: "stopped" });
    await contains(`${BAR}.alert-warning:contains(out of order)`);
    await insertText(".o-mail-Composer-input", "Hello");
    await contains(`${SEND}:enabled`);
});

test("a template is filled in, seen and sent", async () => {
    onRpc("helpdesk.ticket", "send_channel_template", ({ args }) => {
        expect.step([args[1], args[2]]);
        return 1;
    });
    await openComposer({ ...OPEN, is_open: false, until: false, templates: [TEMPLATE] });
    await click(".o_helpdesk_choose_template");
    await contains(".modal label:contains(first name)");
    await contains(".o_helpdesk_template_preview", { text: "Hi Emma: {{2}}" });
    await contains(".o_helpdesk_send_template:disabled");
    await insertText(".o_helpdesk_variable:eq(1)", "it is there");
    await contains(".o_helpdesk_template_preview", { text: "Hi Emma: it is there" });
    await click(".o_helpdesk_send_template:enabled");
    await contains(".o_helpdesk_template_preview", { count: 0 });
    expect.verifySteps([[7, { 2: "it is there" }]]);
});

test("what the server refuses can be changed and sent again", async () => {
    expect.errors(1);
    let refuse = true;
    onRpcBefore("/mail/message/post", () => {
        if (refuse) {
            refuse = false;
            expect.step("refused");
            throw new Error("takes no files like this");
        }
    });
    await openComposer(OPEN);
    await insertText(".o-mail-Composer-input", "Hello");
    await click(`${SEND}:enabled`);
    await expect.waitForSteps(["refused"]);
    await animationFrame();
    await click(`${SEND}:enabled`);
    await contains(".o-mail-Message", { text: "Hello" });
    expect.verifyErrors([/takes no files/]);
});

test("notes and tickets that came by mail have no bar", async () => {
    await openComposer(OPEN);
    await contains(BAR);
    await click(".o-mail-Chatter-logNote");
    await contains(BAR, { count: 0 });
    await insertText(".o-mail-Composer-input", "a note");
    await contains(`${SEND}:enabled`);
});

test("other records are not asked", async () => {
    onRpc("get_channel_state", () => expect.step("asked"));
    await openComposer(OPEN, "res.partner");
    await contains(BAR, { count: 0 });
    expect.verifySteps([]);
});
