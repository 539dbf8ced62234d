import { _t } from "@web/core/l10n/translation";

/** How a countdown is said. In whole sentences: the order of the words is up to translators. */

/** From so many hours on minutes say nothing, and a list has no room for them. */
const MANY_HOURS = 10;

const METRICS = {
    first_response: {
        due: (time) => _t("First response in %s", time),
        late: (time) => _t("First response %s late", time),
    },
    next_response: {
        due: (time) => _t("Next response in %s", time),
        late: (time) => _t("Next response %s late", time),
    },
    resolution: {
        due: (time) => _t("Resolution in %s", time),
        late: (time) => _t("Resolution %s late", time),
    },
    stage: {
        due: (time) => _t("Next stage in %s", time),
        late: (time) => _t("Next stage %s late", time),
    },
};
const UNKNOWN = { due: (time) => _t("Due in %s", time), late: (time) => _t("%s late", time) };

/**
 * Return how long something takes, in the two largest units that tell something.
 *
 * @param {number} milliseconds not negative
 * @param {boolean} withSeconds
 */
export function duration(milliseconds, withSeconds = false) {
    const total = Math.floor(milliseconds / 1000);
    const seconds = total % 60;
    const minutes = Math.floor(total / 60) % 60;
    const hours = Math.floor(total / 3600) % 24;
    const days = Math.floor(total / 86400);
    if (days) {
        return hours && days < 7 ? _t("%(days)s d %(hours)s h", { days, hours }) : _t("%s d", days);
    }
    if (hours) {
        return minutes && hours < MANY_HOURS
            ? _t("%(hours)s h %(minutes)s min", { hours, minutes })
            : _t("%s h", hours);
    }
    if (!withSeconds) {
        return _t("%s min", minutes);
    }
    return minutes
        ? _t("%(minutes)s min %(seconds)s s", { minutes, seconds })
        : _t("%s s", seconds);
}

/** Return what is due in so many milliseconds, or since when it is late (negative). */
export function countdown(metric, milliseconds, withSeconds) {
    const words = METRICS[metric] || UNKNOWN;
    const time = duration(Math.abs(milliseconds), withSeconds);
    return milliseconds < 0 ? words.late(time) : words.due(time);
}

/** Return the town of a time zone, such as "New York", or the zone itself if it names none. */
export function place(zone) {
    const [area, ...rest] = zone.split("/");
    return rest.length && area !== "Etc" ? rest.at(-1).replaceAll("_", " ") : zone;
}
