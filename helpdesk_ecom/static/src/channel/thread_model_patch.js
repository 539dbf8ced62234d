import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

const { DateTime } = luxon;

/** What the composer of a ticket knows of the channel of its customer. */
patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** What `get_channel_state` of the ticket says; false: answers go by mail anyway. */
        this.helpdeskChannel = fields.Attr(undefined);
        /** By which way the next answer goes: `channel`, `email` or `sms`. */
        this.helpdeskReplyBy = "channel";
    },

    async fetchHelpdeskChannel() {
        const { orm } = this.store.env.services;
        try {
            const state = await orm.silent.call("helpdesk.ticket", "get_channel_state", [
                [this.id],
            ]);
            this.helpdeskChannel = state && {
                ...state,
                until: state.until && DateTime.fromSQL(state.until, { zone: "utc" }).toLocal(),
            };
        } catch {
            // who may not answer, or is offline, is told so when they send
            this.helpdeskChannel = false;
        }
    },

    /** @param {DateTime} now */
    isHelpdeskWindowOpen(now) {
        const { is_open: isOpen, until } = this.helpdeskChannel;
        return isOpen && (!until || until > now);
    },

    /**
     * Return why an answer would not go out; undefined if it would.
     *
     * @param {DateTime} now
     */
    getHelpdeskBlockedReason(now) {
        const channel = this.helpdeskChannel;
        if (!channel) {
            return undefined;
        }
        if (this.helpdeskReplyBy === "email") {
            return channel.ways.includes("email")
                ? undefined
                : _t("The customer has no email address.");
        }
        if (this.helpdeskReplyBy === "sms") {
            return channel.ways.includes("sms")
                ? undefined
                : _t("The customer has no phone number.");
        }
        if (channel.state === "draft") {
            return _t("%s is off: nothing is sent.", channel.name);
        }
        if (!this.isHelpdeskWindowOpen(now)) {
            return _t(
                "The customer wrote too long ago: %s takes only approved templates now.",
                channel.name
            );
        }
        return undefined;
    },
});
