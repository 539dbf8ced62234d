import { formatCurrency } from "@web/core/currency";
import { deserializeDate, deserializeDateTime, toLocaleDateString } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";

/** How the parts of the order panel write what the server says. */

export function money(amount, currencyId) {
    return formatCurrency(amount, currencyId);
}

export function quantity(value) {
    return formatFloat(value, { digits: [false, 2], trailingZeros: false });
}

/** A day, or the day of a moment in UTC as it is where the user is. */
export function date(value) {
    const isDay = value.length === 10;
    return toLocaleDateString(isDay ? deserializeDate(value) : deserializeDateTime(value));
}

export function percent(value) {
    return formatFloat(value * 100, { digits: [false, 0], trailingZeros: false });
}

/** Where a record is opened in a tab of its own. */
export function url(model, id) {
    return `/odoo/${model}/${id}`;
}
