import { Component, onWillDestroy, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { deserializeDate, deserializeDateTime, toLocaleDateString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { imageUrl } from "@web/core/utils/urls";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { Many2One } from "@web/views/fields/many2one/many2one";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** What the form may show before it is saved: the panel follows it. */
const DRAFT_FIELDS = ["partner_id", "sale_order_id", "team_id"];

/**
 * The order of a ticket and the customer's other orders, beside the conversation. It shows what
 * the server says, in one call, and starts what the server offers; it decides nothing itself.
 */
export class OrderPanel extends Component {
    static template = "helpdesk_ecom.OrderPanel";
    static components = { Many2One };
    static props = standardWidgetProps;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.state = useState({
            data: null,
            loading: true,
            error: "",
            busy: false,
            showOthers: false,
            showLedger: false,
        });
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

    async load() {
        const { record } = this;
        const isDraft = record.isNew || record.dirty;
        this.state.loading = true;
        try {
            const data = await this.keepLast.add(
                this.orm.silent.call(
                    "helpdesk.ticket",
                    "get_order_panel_data",
                    [record.resId ? [record.resId] : []],
                    isDraft ? { changes: this.getDraft(record) } : {}
                )
            );
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

    async onActionClick(item) {
        if (item.reason) {
            // a finger can't hover
            this.notification.add(item.reason, { type: "info" });
            return;
        }
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

    async openInvoice(invoice) {
        if (this.state.data.can_open_invoices) {
            return this.open("account.move", invoice.id);
        }
        const preview = await this.orm.call("account.move", "preview_invoice", [[invoice.id]]);
        return this.action.doAction({ ...preview, target: "new" });
    }

    async openCustomerOrders() {
        await this.saveAndDo(() => this.startOnTicket("action_open_customer_orders"));
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

    get isReadonly() {
        return this.props.readonly || !this.props.record.activeFields;
    }

    get unlistedOrders() {
        return this.state.data.other_count - this.state.data.others.length;
    }

    money(amount, currencyId) {
        return formatCurrency(amount, currencyId);
    }

    quantity(value) {
        return formatFloat(value, { digits: [false, 2], trailingZeros: false });
    }

    date(value) {
        const isDay = value.length === 10;
        return toLocaleDateString(isDay ? deserializeDate(value) : deserializeDateTime(value));
    }

    productImage(line) {
        return imageUrl("product.product", line.product_id, "image_128", {
            unique: line.image_version,
        });
    }

    url(model, id) {
        return `/odoo/${model}/${id}`;
    }

    stockLabel({ on_hand, forecast }) {
        return forecast === on_hand
            ? _t("%s in stock", this.quantity(on_hand))
            : _t("%(stock)s in stock, forecast %(forecast)s", {
                  stock: this.quantity(on_hand),
                  forecast: this.quantity(forecast),
              });
    }

    incomingLabel({ incoming, incoming_date }) {
        return _t("+%(quantity)s on %(date)s", {
            quantity: this.quantity(incoming),
            date: this.date(incoming_date),
        });
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
