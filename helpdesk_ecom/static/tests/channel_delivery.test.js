import {
    click,
    contains,
    openFormView,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { getService, onRpc } from "@web/../tests/web_test_helpers";

import { defineTicketThread } from "./ticket_thread_fixtures";

defineTicketThread();

const STATUS = ".o_helpdesk_delivery";

/** Show an answer, and tell what became of it, as the bus does. */
async function openAnswer(state, error = "", fileNames = []) {
    const pyEnv = await startServer();
    const resId = pyEnv["helpdesk.ticket"].create({ name: "Cup arrived broken" });
    const messageId = pyEnv["mail.message"].create({
        attachment_ids: pyEnv["ir.attachment"].create(
            fileNames.map((name) => ({ name, mimetype: "application/pdf" }))
        ),
        body: "<p>It is on its way</p>",
        message_type: "comment",
        model: "helpdesk.ticket",
        res_id: resId,
    });
    await start();
    await openFormView("helpdesk.ticket", resId, {
        arch: "<form><field name='name'/><chatter/></form>",
    });
    await contains(".o-mail-Message");
    expect(STATUS).toHaveCount(0);
    tell(messageId, state, error);
    await animationFrame();
    return messageId;
}

function tell(messageId, state, error = "") {
    getService("mail.store").insert({
        "mail.message": [
            {
                id: messageId,
                helpdesk_delivery: {
                    state,
                    channel: "WhatsApp",
                    error,
                    error_class: "",
                    envelope_ids: [5, 6],
                },
            },
        ],
    });
}

test("an answer says in words what became of it, and changes live", async () => {
    const messageId = await openAnswer("outgoing");
    await contains(`${STATUS}[data-state=outgoing] [aria-label='Waiting to be sent, by WhatsApp']`);
    for (const [state, words] of [
        ["sent", "Sent"],
        ["delivered", "Delivered"],
        ["read", "Read"],
    ]) {
        tell(messageId, state);
        await contains(`${STATUS}[data-state=${state}] [role=img][title='${words}, by WhatsApp']`);
        await contains(STATUS, { text: words });
    }
    expect(`${STATUS} button`).toHaveCount(0);
});

test("what failed says why, and can be sent again", async () => {
    onRpc("helpdesk.channel.envelope", "action_send_again", ({ args }) => {
        expect.step(args[0]);
        return true;
    });
    await openAnswer("failed", "No such number");
    await contains(`${STATUS}:contains(Not sent: No such number)`);
    await contains(".o_helpdesk_mark_sent", { count: 0 });
    await click(".o_helpdesk_send_again");
    await contains(`${STATUS}[data-state=outgoing]`);
    expect.verifySteps([[5, 6]]);
});

test("what failed can be left as it is", async () => {
    onRpc("helpdesk.channel.envelope", "action_cancel", ({ args }) => {
        expect.step(args[0]);
        return true;
    });
    const messageId = await openAnswer("unknown", "No answer");
    await contains(".o_helpdesk_send_again");
    await contains(".o_helpdesk_leave_it", { count: 0 });
    tell(messageId, "failed", "No such number");
    await click(".o_helpdesk_leave_it");
    await contains(`${STATUS}[data-state=canceled]`);
    await contains(`${STATUS} button`, { count: 0 });
    expect.verifySteps([[5, 6]]);
});

test("what maybe arrived is not sent again without a question", async () => {
    onRpc("helpdesk.channel.envelope", "action_send_again", () => expect.step("again"));
    onRpc("helpdesk.channel.envelope", "action_mark_sent", ({ args }) => {
        expect.step(args[0]);
        return true;
    });
    await openAnswer("unknown", "No answer");
    await click(".o_helpdesk_send_again");
    await click(".modal .btn-secondary");
    expect.verifySteps([]);
    await click(".o_helpdesk_mark_sent");
    await contains(`${STATUS}[data-state=sent]`);
    expect.verifySteps([[5, 6]]);
});

test("what failed is answered by mail with the same words", async () => {
    onRpc("helpdesk.ticket", "get_channel_state", () => ({
        name: "WhatsApp",
        provider: "whatsapp",
        state: "on",
        has_window: false,
        is_open: true,
        until: false,
        templates: [],
        email: "emma@customer.example",
        ways: ["channel", "email"],
    }));
    await openAnswer("failed", "", ["label.pdf"]);
    await click(".o_helpdesk_failed_by_email");
    await contains(".o_helpdesk_channel_bar.alert-info:contains(emma@customer.example)");
    await contains(".o-mail-Composer-input", { value: "It is on its way" });
    await contains(".o_notification:contains(label.pdf)");
    await contains(".o-mail-Composer .o-mail-AttachmentContainer", { count: 0 });
});
