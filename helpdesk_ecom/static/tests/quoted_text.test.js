import {
    click,
    contains,
    defineMailModels,
    openFormView,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { press, queryFirst, queryOne } from "@odoo/hoot-dom";

defineMailModels();

const MAIL = `
    <p>The cup is in pieces.</p>
    <div data-o-mail-quote="1">
        <p data-o-mail-quote="1">On Monday, Shop wrote:</p>
        <blockquote data-o-mail-quote="1">Your parcel is on its way.</blockquote>
    </div>`;
const IN_MAIL = { parent: [".o-mail-Message-body > div", { shadowRoot: true }] };

/** Show the body as a message of the chatter, and return the root in which it is drawn. */
async function openMessage(body, message_type) {
    const pyEnv = await startServer();
    const partnerId = pyEnv["res.partner"].create({ name: "Emma Clark" });
    pyEnv["mail.message"].create({
        author_id: partnerId,
        body,
        message_type,
        model: "res.partner",
        res_id: partnerId,
    });
    await start();
    await openFormView("res.partner", partnerId);
    await contains(".o-mail-Message-body");
    return queryFirst(".o-mail-Message-body > div").shadowRoot ?? queryOne(".o-mail-Message-body");
}

test("a mail's history is folded, and a click unfolds and folds it", async () => {
    const root = await openMessage(MAIL, "email");
    await contains("button.o-mail-ellipsis[aria-expanded='false']", IN_MAIL);
    expect(root.querySelector("blockquote").checkVisibility()).toBe(false);
    expect(root.querySelector("p").checkVisibility()).toBe(true);
    expect(root.querySelector("button.o-mail-ellipsis").title).toBe("Show quoted text");

    root.querySelector("button.o-mail-ellipsis").click();
    await contains("button.o-mail-ellipsis[aria-expanded='true']", IN_MAIL);
    expect(root.querySelector("blockquote").checkVisibility()).toBe(true);
    expect(root.querySelector("button.o-mail-ellipsis").title).toBe("Hide quoted text");

    root.querySelector("button.o-mail-ellipsis").click();
    await contains("button.o-mail-ellipsis[aria-expanded='false']", IN_MAIL);
    expect(root.querySelector("blockquote").checkVisibility()).toBe(false);
});

test("the keyboard unfolds the history of a comment, too", async () => {
    const root = await openMessage(MAIL, "comment");
    await contains("button.o-mail-ellipsis[aria-expanded='false']");
    root.querySelector("button.o-mail-ellipsis").focus();
    await press("Enter");
    await contains("button.o-mail-ellipsis[aria-expanded='true']");
    expect("blockquote:contains(Your parcel)").toBeVisible();
    await click("button.o-mail-ellipsis");
    expect("blockquote:contains(Your parcel)").not.toBeVisible();
});

test("a message without history has no button", async () => {
    await openMessage("<p>Thank you!</p>", "comment");
    await contains(".o-mail-Message-body", { text: "Thank you!" });
    expect(".o-mail-ellipsis").toHaveCount(0);
});
