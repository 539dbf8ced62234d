import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";
import { DeliveryTimeline } from "./delivery_timeline";
import { date, money, quantity, url } from "./panel_format";

/** All about one order: lines, stock, way of the goods, money, documents, what was given. */
export class OrderCard extends Component {
    static template = "helpdesk_ecom.OrderCard";
    static components = { DeliveryTimeline };
    static props = {
        order: Object,
        canOpenInvoices: { type: Boolean, optional: true },
        /** In a list, the row above says name and date already. */
        isNested: { type: Boolean, optional: true },
        slots: { type: Object, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ showLedger: false });
        Object.assign(this, { date, money, quantity, url });
        this.open = this.open.bind(this);
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
        if (this.props.canOpenInvoices) {
            return this.open("account.move", invoice.id);
        }
        const preview = await this.orm.call("account.move", "preview_invoice", [[invoice.id]]);
        return this.action.doAction({ ...preview, target: "new" });
    }

    productImage(line) {
        return imageUrl("product.product", line.product_id, "image_128", {
            unique: line.image_version,
        });
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

    deliveredLabel(line) {
        return _t("Delivered %(delivered)s of %(ordered)s", {
            delivered: this.quantity(line.delivered),
            ordered: this.quantity(line.quantity),
        });
    }

    get moreLinesLabel() {
        return _t("%s more lines", this.props.order.more_lines);
    }

    get ledgerLabel() {
        const { ledger, currency_id } = this.props.order;
        return _t("Given so far: %(given)s of %(limit)s", {
            given: this.money(ledger.given, currency_id),
            limit: this.money(ledger.limit, currency_id),
        });
    }
}
