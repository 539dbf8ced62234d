import { Component, onWillDestroy, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { Many2One } from "@web/views/fields/many2one/many2one";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { CustomerHeader } from "./customer_header";
import { OrderActions } from "./order_actions";
import { OrderCard } from "./order_card";
import { OtherOrders } from "./other_orders";
import { date, money, url } from "./panel_format";

/** What the form may show before it is saved: the panel follows it. */
const DRAFT_FIELDS = ["partner_id", "sale_order_id", "team_id"];

/**
 * The customer, the order of a ticket and the customer's other orders, beside the conversation. It shows what
 * the server says, in one call, and starts what the server offers; it decides nothing itself.
 */
export class OrderPanel extends Component {
    static template = "helpdesk_ecom.OrderPanel";
    static components = { CustomerHeader, Many2One, OrderActions, OrderCard, OtherOrders };
    static props = standardWidgetProps;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({
            data: null,
            loading: true,
            error: "",
            busy: false,
        });
        Object.assign(this, { date, money, url });
        this.chooseOrder = this.chooseOrder.bind(this);
        this.isDestroyed = false;
        onWillDestroy(() => (this.isDestroyed = true));
        useRecordObserver((record) => this.onRecordChanged(record));
    }

    // ------------------------------------------------------------------ loading

    /**
     * The record is observed: what is read here starts this again when it changes. Nothing is
     * awaited, since the form would not be drawn before.
     */
    onRecordChanged(record) {
        const key = JSON.stringify([
            record.resId,
            record.data.write_date,
            record.data.order_match,
            this.getDraft(record),
        ]);
        if (record !== this.record || key !== this.key) {
            this.record = record;
            this.key = key;
            this.load();
        }
    }

    getDraft(record) {
        return Object.fromEntries(
            DRAFT_FIELDS.map((name) => [name, record.data[name]?.id || false])
        );
    }

    /** Ask the server for all that is shown, in one call. */
    fetch(record) {
        const isDraft = record.isNew || record.dirty;
        return this.orm.silent.call(
            "helpdesk.ticket",
            "get_order_panel_data",
            [record.resId ? [record.resId] : []],
            isDraft ? { changes: this.getDraft(record) } : {}
        );
    }

    async load() {
        this.state.loading = true;
        try {
            const data = await this.keepLast.add(this.fetch(this.record));
            Object.assign(this.state, { data, error: "", loading: false });
        } catch (error) {
            if (!this.isDestroyed) {
                const reason = error.data?.message || _t("The server can't be reached.");
                Object.assign(this.state, { data: null, error: reason, loading: false });
            }
        }
    }

    // ------------------------------------------------------------------ doing

    /** Save what was typed, do one thing, and show the form as it is after that. */
    async saveAndDo(callback) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            if (await this.props.record.save()) {
                await callback(this.props.record.resId);
            }
        } finally {
            this.state.busy = false;
        }
    }

    async refresh() {
        if (!this.isDestroyed) {
            await this.props.record.load();
            await this.load();
        }
    }

    async callTicket(method) {
        await this.saveAndDo(async (resId) => {
            await this.orm.call("helpdesk.ticket", method, [[resId]]);
            await this.refresh();
        });
    }

    async startAction(item) {
        await this.saveAndDo(() => this.startOnTicket(item.method));
    }

    /** Run a method of the ticket as a button of the form would, and open what it returns. */
    startOnTicket(method) {
        const { resId } = this.props.record;
        return this.action.doActionButton({
            type: "object",
            name: method,
            resModel: "helpdesk.ticket",
            resId,
            resIds: [resId],
            onClose: () => this.refresh(),
        });
    }

    async chooseOrder(order) {
        await this.props.record.update({
            sale_order_id: order && {
                id: order.id,
                display_name: order.display_name || order.name,
            },
        });
        if (!this.props.record.isNew) {
            await this.props.record.save();
        }
    }

    open(model, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    // ------------------------------------------------------------------ showing

    get pickerProps() {
        const { partner } = this.state.data;
        return {
            canCreate: false,
            canCreateEdit: false,
            canQuickCreate: false,
            canOpen: false,
            domain: () => (partner ? [["partner_id", "child_of", partner.id]] : []),
            placeholder: _t("Order number"),
            relation: "sale.order",
            string: _t("Order"),
            update: (order) => this.chooseOrder(order),
            value: false,
        };
    }

    /** Whether an order can be chosen for what the form shows. */
    get canChoose() {
        return !this.props.readonly;
    }

    /** Whether the list of orders is all there is to see. */
    get isOnlyList() {
        return false;
    }

    /** What is shown above the other orders. */
    get shownOrderIds() {
        const { order, suggested } = this.state.data;
        return [order, suggested].filter(Boolean).map(({ id }) => id);
    }
}

export const orderPanel = {
    component: OrderPanel,
    fieldDependencies: [
        { name: "partner_id", type: "many2one" },
        { name: "sale_order_id", type: "many2one" },
        { name: "team_id", type: "many2one" },
        { name: "order_match", type: "selection", readonly: true },
        { name: "write_date", type: "datetime", readonly: true },
    ],
};

registry.category("view_widgets").add("helpdesk_order_panel", orderPanel);
