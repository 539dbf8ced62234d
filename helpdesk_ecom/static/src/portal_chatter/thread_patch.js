import { Thread } from "@mail/core/common/thread_model";
import { browser } from "@web/core/browser/browser";
import { patch } from "@web/core/utils/patch";

/**
 * What a customer writes long after a ticket was closed opens a new one, or goes to the one that was
 * opened so. The page of the old one says where: show it.
 */
patch(Thread.prototype, {
    async post() {
        const message = await super.post(...arguments);
        if (this.model === "helpdesk.ticket" && message?.thread?.notEq(this)) {
            browser.location.reload();
        }
        return message;
    },
});
