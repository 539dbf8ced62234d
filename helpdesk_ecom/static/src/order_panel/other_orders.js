import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { OrderCard } from "./order_card";
import { date, money, url } from "./panel_format";

/**
 * The customer's other orders: the latest few, and all others by a search on the server. One at a
 * time is unfolded, and only then are its details read.
 */
export class OtherOrders extends Component {
    static template = "helpdesk_ecom.OtherOrders";
    static components = { OrderCard };
    static props = {
        /** The latest ones, in short, and how many there are in all. */
        orders: Array,
        count: Number,
        partner: Object,
        excludeIds: Array,
        /** Whether there is no order above them, and these are all. */
        isAll: { type: Boolean, optional: true },
        canOpenInvoices: { type: Boolean, optional: true },
        onChoose: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({
            isOpen: Boolean(this.props.isAll),
            isSearching: false,
            term: "",
            found: [],
            foundCount: 0,
            loading: false,
            error: "",
            unfoldedId: false,
            details: null,
            detailsError: "",
        });
        Object.assign(this, { date, money, url });
        this.searchLater = useDebounced(() => this.search(), 250);
    }

    get orders() {
        return this.state.isSearching ? this.state.found : this.props.orders;
    }

    get countLabel() {
        const { count, isAll } = this.props;
        return isAll ? _t("Orders (%s)", count) : _t("Other orders (%s)", count);
    }

    /** How many are not listed. */
    get rest() {
        const count = this.state.isSearching ? this.state.foundCount : this.props.count;
        return count - this.orders.length;
    }

    get restLabel() {
        return _t("%s more", this.rest);
    }

    detailsId(order) {
        return `o_helpdesk_order_details_${order.id}`;
    }

    onTermInput(ev) {
        this.state.term = ev.target.value;
        this.searchLater();
    }

    /** The first step beyond the latest few opens the search. */
    async showMore() {
        if (!this.state.isSearching) {
            this.state.isSearching = true;
            await this.search();
        } else {
            await this.search(this.state.found.length);
        }
    }

    async search(offset = 0) {
        this.state.loading = true;
        try {
            const { orders, count } = await this.keepLast.add(
                this.orm.silent.call(
                    "res.partner",
                    "search_order_panel_orders",
                    [[this.props.partner.id]],
                    {
                        term: this.state.term,
                        company_id: this.props.partner.company_id || false,
                        exclude_ids: this.props.excludeIds,
                        offset,
                    }
                )
            );
            Object.assign(this.state, {
                found: offset ? [...this.state.found, ...orders] : orders,
                foundCount: count,
                error: "",
            });
        } catch (error) {
            this.state.error = error.data?.message || _t("The server can't be reached.");
        }
        this.state.loading = false;
    }

    async toggle(order) {
        const isUnfolded = this.state.unfoldedId === order.id;
        Object.assign(this.state, {
            unfoldedId: isUnfolded ? false : order.id,
            details: null,
            detailsError: "",
        });
        if (!isUnfolded) {
            await this.loadDetails(order.id);
        }
    }

    async loadDetails(orderId) {
        this.state.detailsError = "";
        let details = null;
        let detailsError = "";
        try {
            details = await this.orm.silent.call("sale.order", "get_order_panel_order", [
                [orderId],
            ]);
        } catch (error) {
            detailsError = error.data?.message || _t("The server can't be reached.");
        }
        if (this.state.unfoldedId === orderId) {
            Object.assign(this.state, { details, detailsError });
        }
    }

    open(order) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sale.order",
            res_id: order.id,
            views: [[false, "form"]],
        });
    }
}
