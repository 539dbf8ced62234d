import { registry } from "@web/core/registry";
import { OrderPanel } from "./order_panel";

/** The order panel in the form of a contact: to look at, as there is no ticket to act for. */
export class CustomerPanel extends OrderPanel {
    /** @override */
    onRecordChanged(record) {
        const key = JSON.stringify([record.resId, record.data.write_date]);
        if (record.resId && (record !== this.record || key !== this.key)) {
            this.record = record;
            this.key = key;
            this.load();
        }
    }

    /**
     * What would be proposed for a new ticket is one of the orders here.
     *
     * @override
     */
    async fetch(record) {
        const data = await this.orm.silent.call("res.partner", "get_helpdesk_customer_data", [
            [record.resId],
        ]);
        const { suggested, others, other_count } = data;
        return suggested
            ? {
                  ...data,
                  suggested: false,
                  others: [suggested, ...others],
                  other_count: other_count + 1,
              }
            : data;
    }

    /** @override */
    get canChoose() {
        return false;
    }

    /** @override */
    get isOnlyList() {
        return true;
    }
}

export const customerPanel = {
    component: CustomerPanel,
    fieldDependencies: [{ name: "write_date", type: "datetime", readonly: true }],
};

registry.category("view_widgets").add("helpdesk_customer_panel", customerPanel);
