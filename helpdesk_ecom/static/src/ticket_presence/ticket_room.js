import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

const SECOND = 1000;
/** Who gives no sign for so long is gone. */
export const SILENCE = 30 * SECOND;
/** Others that are there get a sign as often as this; who is alone gives none. */
export const SIGN_EVERY = 12 * SECOND;
/** Who typed nothing for so long is looking again. */
export const PAUSE = 10 * SECOND;

/**
 * What is known of those who are at one ticket, and of the answer that is being written to it.
 *
 * All of it lives in the page and in the bus.
 */
export class TicketRoom {
    /**
     * @param {number} ticketId
     * @param {Object} hooks
     * @param {number} hooks.userId the current user: other windows of theirs are not shown
     * @param {(state: string, isNew: boolean) => any} hooks.announce
     */
    constructor(ticketId, { userId, announce }) {
        this.ticketId = ticketId;
        this.userId = userId;
        this.announce = announce;
        this.visitors = 0;
        this.state = "looking";
        this.silences = {};
        this.signs = null;
        this.pause = null;
        /** The customer's last message, as the server said; null: not known yet. */
        this.newestId = null;
        /** What the author had seen as they began to write; null: nothing is being written. */
        this.draft = null;
        this.view = reactive({ others: {} });
    }

    get othersAreThere() {
        return Object.keys(this.view.others).length > 0;
    }

    // Others

    enter() {
        this.announce(this.state, true);
    }

    leave() {
        Object.values(this.silences).forEach((timer) => browser.clearTimeout(timer));
        browser.clearInterval(this.signs);
        browser.clearTimeout(this.pause);
        this.silences = {};
        this.signs = this.pause = null;
        this.state = "looking";
        this.view.others = {};
        this.announce("gone", false);
    }

    /** Somebody gave a sign. */
    hear({ user_id: userId, name, state, is_new: isNew }) {
        if (userId === this.userId) {
            return;
        }
        if (state === "gone") {
            this.forget(userId);
            return;
        }
        this.view.others[userId] = { name, state };
        browser.clearTimeout(this.silences[userId]);
        this.silences[userId] = browser.setTimeout(() => this.forget(userId), SILENCE);
        this.signs ??= browser.setInterval(() => this.announce(this.state, false), SIGN_EVERY);
        if (isNew) {
            this.announce(this.state, false);
        }
    }

    forget(userId) {
        browser.clearTimeout(this.silences[userId]);
        delete this.silences[userId];
        delete this.view.others[userId];
        if (!this.othersAreThere) {
            browser.clearInterval(this.signs);
            this.signs = null;
        }
    }

    // What is being written

    /** The current user typed something. */
    write() {
        browser.clearTimeout(this.pause);
        this.pause = browser.setTimeout(() => this.setState("looking"), PAUSE);
        this.setState("writing");
    }

    setState(state) {
        if (this.state !== state) {
            this.state = state;
            if (this.othersAreThere) {
                this.announce(state, false);
            }
        }
    }

    /** @param {number | undefined} seenId the newest message that is on the screen */
    beginDraft(seenId) {
        this.draft ??= { seenId: seenId ?? this.newestId, isForced: false };
    }

    endDraft() {
        this.draft = null;
        browser.clearTimeout(this.pause);
        this.setState("looking");
    }

    /** The server said which message of the customer is the last. */
    setNewest(id) {
        this.newestId = id;
        if (this.draft && this.draft.seenId === null) {
            this.draft.seenId = id;
        }
    }
}
