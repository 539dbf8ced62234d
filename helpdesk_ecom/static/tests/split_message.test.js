import {
    click,
    contains,
    openFormView,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { hover, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mockService } from "@web/../tests/web_test_helpers";

import { defineTicketThread } from "./ticket_thread_fixtures";

defineTicketThread();

const SPLIT = "[name='helpdesk-split']";

/** Show one message in the chatter of a record, with all of its actions. */
async function openMessage(model) {
    const pyEnv = await startServer();
    const resId = pyEnv[model].create({ name: "Cup arrived broken" });
    const messageId = pyEnv["mail.message"].create({
        body: "<p>By the way: my invoice is wrong</p>",
        message_type: "email",
        model,
        res_id: resId,
    });
    await start();
    await openFormView(model, resId, { arch: "<form><field name='name'/><chatter/></form>" });
    await contains(".o-mail-Message");
    await hover(".o-mail-Message");
    await animationFrame();
    if (queryFirst(".o-mail-Message [title='Expand']")) {
        await click(".o-mail-Message [title='Expand']");
        await contains("[name='copy-link']");
    }
    return messageId;
}

test("a customer's message opens the wizard that splits it", async () => {
    mockService("action", {
        doAction(action, { additionalContext } = {}) {
            if (action === "helpdesk_ecom.helpdesk_ticket_split_action") {
                expect.step(additionalContext.default_message_id);
                return;
            }
            return super.doAction(...arguments);
        },
    });
    const messageId = await openMessage("helpdesk.ticket");
    await click(SPLIT);
    expect.verifySteps([messageId]);
});

test("other records have no such action", async () => {
    await openMessage("res.partner");
    await contains(SPLIT, { count: 0 });
});
