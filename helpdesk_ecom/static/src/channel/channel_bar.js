import { Component, useEffect } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useSlaTicker } from "../sla_deadline/sla_ticker";
import { duration } from "../sla_deadline/sla_words";
import { channelIcon } from "./channel_icons";
import { TemplateDialog } from "./template_dialog";

const { DateTime } = luxon;
const HOUR = 3600 * 1000;

/** Above the words of an answer: by which channel it goes, until when, and what else is possible. */
export class ChannelBar extends Component {
    static template = "helpdesk_ecom.ChannelBar";
    static props = { thread: Object, onTemplateSent: Function };

    setup() {
        this.dialog = useService("dialog");
        this.clock = useSlaTicker(() => ({
            warning: false,
            deadline: this.props.thread.helpdeskChannel?.until || false,
        }));
        useEffect(
            () => {
                this.props.thread.fetchHelpdeskChannel();
            },
            // what the customer wrote meanwhile opens the window again
            () => [this.props.thread.id, this.props.thread.newestPersistentMessage?.id]
        );
    }

    get channel() {
        return this.props.thread.helpdeskChannel;
    }

    get isByEmail() {
        return this.props.thread.helpdeskReplyBy === "email";
    }

    get isBySms() {
        return this.props.thread.helpdeskReplyBy === "sms";
    }

    get isByChannel() {
        return !this.isByEmail && !this.isBySms;
    }

    get canEmail() {
        return !this.isByEmail && this.channel.ways.includes("email");
    }

    get canSms() {
        return !this.isBySms && this.channel.ways.includes("sms");
    }

    get icon() {
        return channelIcon(
            this.isByChannel ? this.channel.provider : this.props.thread.helpdeskReplyBy
        );
    }

    get blockedReason() {
        return this.props.thread.getHelpdeskBlockedReason(this.clock.now);
    }

    get isOpen() {
        return this.props.thread.isHelpdeskWindowOpen(this.clock.now);
    }

    get hasTemplates() {
        return this.isByChannel && this.channel.has_window && this.channel.state !== "draft";
    }

    get timeLeft() {
        return this.channel.until ? this.channel.until - this.clock.now : Infinity;
    }

    /** The colour says what the words say. */
    get style() {
        if (this.blockedReason) {
            return "alert-danger";
        }
        if (!this.isByChannel) {
            return "alert-info";
        }
        return this.channel.state === "stopped" || this.timeLeft < HOUR
            ? "alert-warning"
            : "alert-success";
    }

    get title() {
        if (this.isBySms) {
            return _t("SMS");
        }
        return this.isByEmail ? _t("Email") : this.channel.name;
    }

    get words() {
        if (this.blockedReason) {
            return this.blockedReason;
        }
        if (this.isByEmail) {
            return _t("this answer goes to %s", this.channel.email);
        }
        if (this.isBySms) {
            return _t("this answer goes to %s", this.channel.phone);
        }
        if (this.channel.state === "stopped") {
            return _t("out of order: your answer is kept, and sent when it has been mended");
        }
        const { until } = this.channel;
        if (!until) {
            return _t("the customer gets your answer there");
        }
        const sameDay = until.hasSame(this.clock.now, "day");
        return _t("free answers until %(time)s (%(left)s left)", {
            time: until.toLocaleString(
                sameDay ? DateTime.TIME_SIMPLE : { weekday: "short", ...DateTime.TIME_SIMPLE }
            ),
            left: duration(this.timeLeft),
        });
    }

    answerBy(way) {
        this.props.thread.helpdeskReplyBy = way;
    }

    chooseTemplate() {
        this.dialog.add(TemplateDialog, {
            thread: this.props.thread,
            onSent: this.props.onTemplateSent,
        });
    }
}
