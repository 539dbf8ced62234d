import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { formView } from "@web/views/form/form_view";
import { TriggerSelectionField } from "@base_automation/base_automation_trigger_selection_field";

const TICKET_TRIGGERS = new Set([
    "on_helpdesk_sla_warning",
    "on_helpdesk_sla_missed",
    "on_helpdesk_customer_waiting",
]);

const coreFields = new WeakMap();

/**
 * Core's list of triggers has a fixed table of groups, and fails for a trigger that is in none of
 * them. So the form hides ours from it, and the list below adds them in a group of their own.
 */
class AutomationRecord extends formView.Model.Record {
    get fields() {
        const { fields } = this.config;
        if (!fields.trigger?.selection) {
            return fields;
        }
        if (!coreFields.has(fields)) {
            const selection = fields.trigger.selection.filter(
                ([name]) => !TICKET_TRIGGERS.has(name)
            );
            coreFields.set(fields, { ...fields, trigger: { ...fields.trigger, selection } });
        }
        return coreFields.get(fields);
    }
}

class AutomationModel extends formView.Model {
    static Record = AutomationRecord;
}

registry.category("views").add("helpdesk_automation_form", {
    ...formView,
    Model: AutomationModel,
});

patch(TriggerSelectionField.prototype, {
    get options() {
        return this.props.record.config.fields[this.props.name].selection;
    },

    get groups() {
        const groups = super.groups;
        if (this.props.record.data.model_name !== "helpdesk.ticket") {
            return groups;
        }
        const choices = this.options
            .filter(([name]) => TICKET_TRIGGERS.has(name))
            .map(([value, label]) => ({ value, label }));
        return [{ label: _t("Helpdesk"), choices }, ...groups];
    },
});
