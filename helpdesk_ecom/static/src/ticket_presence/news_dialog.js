import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { WarningDialog } from "@web/core/errors/error_dialogs";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** What the server raises if the customer wrote meanwhile. */
export const HELD = "odoo.addons.helpdesk_ecom.exceptions.CustomerWroteMeanwhile";

// who did not ask before is told in plain words, as by any other refusal
registry.category("error_dialogs").add(HELD, WarningDialog);

/**
 * The customer wrote meanwhile: look first, or send it all the same?
 *
 * @param {Object} dialog the service
 * @param {{author: string, text: string}} news
 * @param {Object} props of the dialog: what its buttons do
 */
export function askAboutNews(dialog, { author, text }, props) {
    dialog.add(ConfirmationDialog, {
        title: _t("%s wrote meanwhile", author || _t("The customer")),
        body: text ? _t("“%s”", text) : _t("A message without words."),
        confirmLabel: _t("Send anyway"),
        ...props,
    });
}
