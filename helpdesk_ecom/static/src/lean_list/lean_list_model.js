import { RelationalModel } from "@web/model/relational_model/relational_model";

/** A list that asks at each load which of its fields are needed. */
export class LeanListModel extends RelationalModel {
    setup(params) {
        super.setup(...arguments);
        this.getNeededFields = params.getNeededFields;
    }

    /** @override */
    _getNextConfig(currentConfig) {
        const config = super._getNextConfig(...arguments);
        const properties = Object.entries(config.activeFields).filter(
            ([, { relatedPropertyField }]) => relatedPropertyField
        );
        const activeFields = { ...this.getNeededFields(), ...Object.fromEntries(properties) };
        setFields(config, activeFields, Object.keys(activeFields));
        return config;
    }

    /** Load the columns that were not needed before; what is selected stays selected. */
    async loadColumns() {
        const { isDomainSelected, selection } = this.root;
        const selected = new Set(selection.map((record) => record.resId));
        await this.load();
        if (isDomainSelected) {
            await this.root.selectDomain(true);
            return;
        }
        for (const record of this.root.records) {
            if (selected.has(record.resId)) {
                record.toggleSelection(true);
            }
        }
    }
}

function setFields(config, activeFields, fieldsToAggregate) {
    Object.assign(config, { activeFields, fieldsToAggregate });
    for (const group of Object.values(config.groups || {})) {
        Object.assign(group, { activeFields, fieldsToAggregate });
        setFields(group.list, activeFields, fieldsToAggregate);
    }
}
