import { onPatched, onWillDestroy, reactive, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

const { DateTime } = luxon;
const SECOND = 1000;
const SLOW = 30 * SECOND;

/** As many milliseconds before and after a deadline each second is shown. */
export const LAST_MINUTES = 2 * 60 * SECOND;

/** What all countdowns of the page read: a list of eighty tickets has one timer, not eighty. */
const clock = reactive({ now: DateTime.now() });
/** For each countdown a function that returns the moments at which it changes. */
const watchers = new Set();
let timer = null;
let nextTick = 0;

/** Return in how many milliseconds a countdown has something new to say. */
function getDelay({ warning, deadline }, now) {
    if (deadline && Math.abs(deadline - now) <= LAST_MINUTES) {
        return SECOND;
    }
    const waits = [warning, deadline && deadline - LAST_MINUTES]
        .map((moment) => (moment ? moment - now : 0))
        .filter((wait) => wait > 0);
    return Math.max(SECOND, Math.min(SLOW, ...waits));
}

/** Make sure that the timer rings in time for a countdown. */
function plan(getMoments) {
    const now = DateTime.now().toMillis();
    const delay = getDelay(getMoments(), now);
    if (!timer || now + delay < nextTick) {
        browser.clearTimeout(timer);
        nextTick = now + delay;
        timer = browser.setTimeout(tick, delay);
    }
}

function tick() {
    timer = null;
    clock.now = DateTime.now();
    watchers.forEach(plan);
}

/**
 * Return the clock that the page's countdowns share; it ticks while one of them is there.
 *
 * @param {() => {warning: DateTime | false, deadline: DateTime | false}} getMoments of the
 *  component that calls this: when it changes by itself
 * @returns {{now: DateTime}} reactive
 */
export function useSlaTicker(getMoments) {
    if (Math.abs(clock.now - DateTime.now()) > SECOND) {
        clock.now = DateTime.now();
    }
    watchers.add(getMoments);
    plan(getMoments);
    onPatched(() => plan(getMoments));
    onWillDestroy(() => {
        watchers.delete(getMoments);
        if (!watchers.size) {
            browser.clearTimeout(timer);
            timer = null;
        }
    });
    return useState(clock);
}
