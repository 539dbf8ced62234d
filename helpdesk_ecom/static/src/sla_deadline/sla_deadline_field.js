import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { LAST_MINUTES, useSlaTicker } from "./sla_ticker";
import { countdown, place } from "./sla_words";

const { DateTime } = luxon;
const MOMENT = { weekday: "short", day: "numeric", month: "short", ...DateTime.TIME_24_SIMPLE };

/** Each state has its colour, its icon and its words. */
const STATES = {
    running: { icon: "fa-clock-o", class: "text-success" },
    warning: { icon: "fa-exclamation-triangle", class: "text-warning" },
    late: { icon: "fa-exclamation-circle", class: "text-danger" },
    paused: { icon: "fa-pause-circle", class: "text-muted" },
    missed: { icon: "fa-times-circle", class: "text-danger" },
};

/** What the team has promised next on a ticket, and how much of the time is left; it ticks. */
export class SlaDeadlineField extends Component {
    static template = "helpdesk_ecom.SlaDeadlineField";
    static props = { ...standardFieldProps };

    setup() {
        this.clock = useSlaTicker(() => ({ warning: this.warning, deadline: this.deadline }));
    }

    get deadline() {
        return this.props.record.data[this.props.name];
    }

    get warning() {
        return this.props.record.data.sla_warning_date;
    }

    get state() {
        const { sla_missed: isMissed, sla_paused: isPaused, fold } = this.props.record.data;
        const { now } = this.clock;
        if (this.deadline) {
            if (this.deadline < now) {
                return "late";
            }
            return this.warning && this.warning <= now ? "warning" : "running";
        }
        if (isPaused && !fold) {
            return "paused";
        }
        return isMissed ? "missed" : null;
    }

    get style() {
        return STATES[this.state];
    }

    get words() {
        if (this.deadline) {
            const left = this.deadline - this.clock.now;
            const withSeconds = Math.abs(left) <= LAST_MINUTES;
            return countdown(this.props.record.data.sla_metric, left, withSeconds);
        }
        return this.state === "paused" ? _t("Paused") : _t("SLA missed");
    }

    /** What there is to know beside the countdown: when that is, here and where the customer is. */
    get details() {
        const { sla_missed: isMissed, customer_tz: zone } = this.props.record.data;
        const details = [];
        if (this.deadline) {
            details.push(_t("Due %s", this.deadline.toLocaleString(MOMENT)));
            const there = zone && this.deadline.setZone(zone);
            if (there && there.isValid && there.offset !== this.deadline.offset) {
                const sameDay = there.toISODate() === this.deadline.toISODate();
                details.push(
                    _t("%(time)s in %(place)s", {
                        time: there.toLocaleString(sameDay ? DateTime.TIME_24_SIMPLE : MOMENT),
                        place: place(zone),
                    })
                );
            }
        } else if (this.state === "paused") {
            details.push(_t("The clocks stand still for now."));
        }
        if (isMissed && (this.deadline ? this.state !== "late" : this.state === "paused")) {
            details.push(_t("Another SLA of the ticket was missed."));
        }
        return details;
    }

    get label() {
        return [this.words, ...this.details].join(", ");
    }

    get tooltip() {
        return JSON.stringify({ details: [this.words, ...this.details] });
    }
}

export const slaDeadlineField = {
    component: SlaDeadlineField,
    displayName: _t("SLA Countdown"),
    supportedTypes: ["datetime"],
    fieldDependencies: [
        { name: "sla_warning_date", type: "datetime" },
        { name: "sla_metric", type: "selection" },
        { name: "sla_paused", type: "boolean" },
        { name: "sla_missed", type: "boolean" },
        { name: "customer_tz", type: "char" },
        { name: "fold", type: "boolean" },
    ],
    isEmpty: () => false,
    listViewWidth: [215, 250],
};

registry.category("fields").add("helpdesk_sla_deadline", slaDeadlineField);
