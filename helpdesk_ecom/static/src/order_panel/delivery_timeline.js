import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { date, url } from "./panel_format";

const ICONS = {
    done: "fa-check-circle text-success",
    current: "fa-dot-circle-o text-primary",
    late: "fa-exclamation-circle text-danger",
    todo: "fa-circle-o text-muted",
};

/** The way of each transfer of an order, from the payment to the customer and back. */
export class DeliveryTimeline extends Component {
    static template = "helpdesk_ecom.DeliveryTimeline";
    static props = {
        deliveries: Array,
        payment: [Object, { value: false }],
        open: Function,
    };

    setup() {
        this.date = date;
        this.url = url;
    }

    /** The steps of a transfer; the payment is the first one of the first transfer. */
    steps(delivery) {
        const isFirst = delivery === this.props.deliveries[0] && !delivery.is_return;
        return isFirst && this.props.payment
            ? [this.props.payment, ...delivery.steps]
            : delivery.steps;
    }

    icon({ state }) {
        return ICONS[state];
    }

    /** What the icon shows, for those who don't see it. */
    stateLabel({ state }) {
        return {
            done: _t("Done:"),
            current: _t("Now:"),
            late: _t("Late:"),
            todo: _t("To come:"),
        }[state];
    }
}
