import { Component, onWillDestroy, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { money, percent } from "./panel_format";

const { DateTime } = luxon;
const MINUTE = 60_000;

/** Who the customer is, in a line or two: what is not known, or nothing, is left out. */
export class CustomerHeader extends Component {
    static template = "helpdesk_ecom.CustomerHeader";
    static props = { customer: Object };

    setup() {
        this.action = useService("action");
        this.clock = useState({ now: DateTime.now() });
        this.tick();
        onWillDestroy(() => browser.clearTimeout(this.timer));
    }

    /** Go with the minutes of the clock on the wall. */
    tick() {
        this.clock.now = DateTime.now();
        const { second, millisecond } = this.clock.now;
        this.timer = browser.setTimeout(
            () => this.tick(),
            MINUTE - second * 1000 - millisecond + 50
        );
    }

    /** What is known of the customer's orders and tickets; nothing that is zero. */
    get facts() {
        const { customer } = this.props;
        const amount = (value) => money(value, customer.currency_id);
        return [
            customer.order_count && {
                name: "orders",
                label:
                    customer.order_count === 1
                        ? _t("1 order")
                        : _t("%s orders", customer.order_count),
                method: "action_open_helpdesk_orders",
            },
            customer.lifetime_value && {
                name: "value",
                label: _t("%s in all", amount(customer.lifetime_value)),
                class: "fw-bold",
            },
            customer.return_rate && {
                name: "returns",
                label: _t("returns %s %%", percent(customer.return_rate)),
            },
            customer.overdue_amount && {
                name: "overdue",
                label: _t("%s overdue", amount(customer.overdue_amount)),
                icon: "fa-exclamation-triangle",
                class: "text-danger fw-bold",
            },
            customer.quotation_count && {
                name: "quotations",
                label:
                    customer.quotation_count === 1
                        ? _t("1 quotation")
                        : _t("%s quotations", customer.quotation_count),
                method: "action_open_helpdesk_quotations",
            },
            customer.opportunity_count && {
                name: "opportunities",
                label:
                    customer.opportunity_count === 1
                        ? _t("1 opportunity")
                        : _t("%s opportunities", customer.opportunity_count),
            },
            customer.ticket_count && {
                name: "tickets",
                label: this.ticketLabel,
                method: "action_open_helpdesk_tickets",
            },
            customer.rating_avg && {
                name: "rating",
                label: _t("rated %(average)s of 5 (%(count)s)", {
                    average: customer.rating_avg.toFixed(1),
                    count: customer.rating_count,
                }),
                icon: "fa-star text-warning",
            },
            customer.salesperson && {
                name: "salesperson",
                label: _t("sales: %s", customer.salesperson),
            },
        ].filter(Boolean);
    }

    get ticketLabel() {
        const { ticket_count: count, open_ticket_count: open } = this.props.customer;
        if (count === 1) {
            return open ? _t("1 ticket, open") : _t("1 ticket");
        }
        return open
            ? _t("%(count)s tickets, %(open)s open", { count, open })
            : _t("%s tickets", count);
    }

    get clockLabel() {
        return _t("%(place)s, %(time)s now", { place: this.place, time: this.localTime });
    }

    /** The customer's time, such as "08:28", or nothing where the zone is not known. */
    get localTime() {
        const { tz } = this.props.customer;
        const now = tz && this.clock.now.setZone(tz);
        return now && now.isValid ? now.toLocaleString(DateTime.TIME_24_SIMPLE) : "";
    }

    /** Whether the customer sleeps: an agent thinks twice before calling. */
    get isNight() {
        const { hour } = this.clock.now.setZone(this.props.customer.tz);
        return hour < 8 || hour >= 21;
    }

    /** The town of the zone, or of a zone that names none, the country. */
    get place() {
        const { tz, country } = this.props.customer;
        const [area, ...rest] = tz.split("/");
        return rest.length && area !== "Etc" ? rest.at(-1).replaceAll("_", " ") : country || tz;
    }

    /** Open the customer, or documents of theirs, by a method of the contact. */
    open(method) {
        const { id } = this.props.customer;
        if (!method) {
            return this.action.doAction({
                type: "ir.actions.act_window",
                res_model: "res.partner",
                res_id: id,
                views: [[false, "form"]],
            });
        }
        return this.action.doActionButton({
            type: "object",
            name: method,
            resModel: "res.partner",
            resId: id,
            resIds: [id],
        });
    }
}
