import {
    click,
    contains,
    defineMailModels,
    openFormView,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { press, queryOne } from "@odoo/hoot-dom";

defineMailModels();

const MAIL = `
    <p>The cup is in pieces.</p>
    <div data-o-mail-quote="1">
        <p data-o-mail-quote="1">On Monday, Shop wrote:</p>
        <blockquote data-o-mail-quote="1">Your parcel is on its way.</blockquote>
    </div>`;
const IN_MAIL = { parent: [".o-mail-Message-body > div", { shadowRoot: true }] };
const FOLDED = "button.o-mail-ellipsis[aria-expanded='false'][title='Show quoted text']";
const UNFOLDED = "button.o-mail-ellipsis[aria-expanded='true'][title='Hide quoted text']";

/** Show the body as a message of the chatter. */
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
}

test("a mail's history is folded, and a click unfolds and folds it", async () => {
    await openMessage(MAIL, "email");
    await contains(FOLDED, IN_MAIL);
    await contains("p", { ...IN_MAIL, text: "The cup is in pieces.", visible: true });
    await contains("blockquote", { ...IN_MAIL, visible: false });

    await click(FOLDED, IN_MAIL);
    await contains(UNFOLDED, IN_MAIL);
    await contains("blockquote", { ...IN_MAIL, visible: true });

    await click(UNFOLDED, IN_MAIL);
    await contains(FOLDED, IN_MAIL);
    await contains("blockquote", { ...IN_MAIL, visible: false });
});

test("the keyboard unfolds the history of a comment, too", async () => {
    await openMessage(MAIL, "comment");
    await contains(FOLDED);
    queryOne(FOLDED).focus();
    await press("Enter");
    await contains(UNFOLDED);
    expect("blockquote:contains(Your parcel)").toBeVisible();
    await click(UNFOLDED);
    expect("blockquote:contains(Your parcel)").not.toBeVisible();
});

test("a message without history has no button", async () => {
    await openMessage("<p>Thank you!</p>", "comment");
    await contains(".o-mail-Message-body", { text: "Thank you!" });
    expect(".o-mail-ellipsis").toHaveCount(0);
});
