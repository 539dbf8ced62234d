/** Which key does what in the inbox. */
const COMMANDS = {
    j: "next",
    ArrowDown: "next",
    k: "previous",
    ArrowUp: "previous",
    r: "reply",
    e: "solve",
};
const TYPED_INTO = "input, textarea, select, [contenteditable]:not([contenteditable=false])";
/** Where arrows have a meaning of their own: menus, tabs, lists of choices. */
const LIST = ".o_helpdesk_inbox_list";

/** Tell whether what has the focus takes letters. */
export function isTypedInto(el) {
    return Boolean(el?.closest?.(TYPED_INTO));
}

/**
 * Return what a key is to do, undefined if it is none of ours.
 *
 * @param {KeyboardEvent} ev
 * @returns {"next" | "previous" | "reply" | "solve" | undefined}
 */
export function getCommand(ev) {
    if (ev.defaultPrevented || ev.ctrlKey || ev.metaKey || ev.altKey || ev.shiftKey) {
        return;
    }
    if (ev.isComposing || isTypedInto(ev.target)) {
        return;
    }
    if (ev.key.startsWith("Arrow")) {
        const isFree = ev.target === document.body || ev.target.closest?.(LIST);
        return isFree ? COMMANDS[ev.key] : undefined;
    }
    // where letters are not Latin, the place of the key counts
    const isLatin = /^[a-z]$/i.test(ev.key);
    const letter = isLatin ? ev.key : (ev.code || "").replace(/^Key/, "");
    return COMMANDS[letter.toLowerCase()];
}
