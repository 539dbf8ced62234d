import { browser } from "@web/core/browser/browser";

/**
 * Where the browser keeps which optional columns of a list are shown: as for Odoo's own lists, but
 * without the names of the loaded fields, since these follow what is shown.
 */
export function getColumnsKey(resModel, viewId) {
    return `${resModel},list,${viewId}`;
}

/**
 * Return the nodes of the fields that a list must load: what is shown, what is always loaded, and
 * what some expression of the view reads.
 *
 * @param {Object} archInfo as ListArchParser makes it
 * @param {Object} fields of the model, some of which need others
 * @param {string} key of `getColumnsKey`
 */
export function getNeededFieldNodes(archInfo, fields, key) {
    const saved = browser.localStorage.getItem(`optional_fields,${key}`)?.split(",");
    const isShown = ({ name, optional }) => (saved ? saved.includes(name) : optional === "show");
    const needed = new Set();
    for (const column of archInfo.columns) {
        if (column.type === "field" && (!column.optional || isShown(column))) {
            needed.add(column.name);
        }
    }
    const others = [...needed].flatMap((name) => {
        const { domain, definition_record, currency_field } = fields[name];
        return [domain, definition_record, currency_field];
    });
    const expressions = [...getExpressions(archInfo.xmlDoc), ...others].join(" ");
    const words = new Set(expressions.match(/\w+/g));
    return Object.fromEntries(
        Object.entries(archInfo.fieldNodes).filter(
            ([, { name }]) => needed.has(name) || words.has(name)
        )
    );
}

/** All that may name a field of the record: everything but names and labels. */
function getExpressions(xmlDoc) {
    const plain = new Set(["name", "string", "widget", "field_id", "class", "optional", "width"]);
    return [xmlDoc, ...xmlDoc.querySelectorAll("*")]
        .flatMap((node) => [...node.attributes])
        .filter((attribute) => !plain.has(attribute.name))
        .map((attribute) => attribute.value);
}
