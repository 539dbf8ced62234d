import { Component } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { channelIcon } from "../channel/channel_icons";
import { SlaDeadlineField } from "../sla_deadline/sla_deadline_field";
import { duration } from "../sla_deadline/sla_words";

const MOMENTS = ["sla_deadline", "sla_warning_date"];

/** One conversation in the list of the inbox. */
export class InboxItem extends Component {
    static template = "helpdesk_ecom.InboxItem";
    static components = { SlaDeadlineField };
    static props = {
        ticket: Object,
        isSelected: Boolean,
        now: Object,
        onSelect: Function,
    };

    get icon() {
        return channelIcon(this.props.ticket.channel?.provider);
    }

    get channelName() {
        return this.props.ticket.channel?.name || _t("No channel");
    }

    /** The last words, and whose they were if not the customer's. */
    get words() {
        const {
            is_last_by_customer: isByCustomer,
            last_author: author,
            last_words: words,
        } = this.props.ticket;
        return isByCustomer || !author ? words : _t("%(author)s: %(words)s", { author, words });
    }

    /** How long the customer waits, or how long ago we answered. */
    get age() {
        const { waiting_since: waitingSince, last_date: lastDate } = this.props.ticket;
        return duration(
            Math.max(0, this.props.now - deserializeDateTime(waitingSince || lastDate))
        );
    }

    get ageTitle() {
        const { waiting_since: waitingSince, last_date: lastDate } = this.props.ticket;
        const moment = formatDateTime(deserializeDateTime(waitingSince || lastDate));
        return waitingSince ? _t("Waiting since %s", moment) : _t("Answered %s", moment);
    }

    /** What the countdown of the SLA reads, as if the ticket were loaded by a view. */
    get record() {
        const data = { ...this.props.ticket };
        for (const name of MOMENTS) {
            data[name] = data[name] && deserializeDateTime(data[name]);
        }
        return { data };
    }
}
