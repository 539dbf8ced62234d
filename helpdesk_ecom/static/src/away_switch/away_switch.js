import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { session } from "@web/session";

/** In the menu of an agent: who is away gets no tickets from the automatic assignment. */
export function awaySwitch(env) {
    return {
        type: "switch",
        id: "helpdesk_away",
        description: _t("Away from Helpdesk"),
        isChecked: session.helpdesk_away,
        show: () => session.helpdesk_away !== undefined,
        callback: async () => {
            const isAway = !session.helpdesk_away;
            await env.services.orm.call("res.users", "action_set_helpdesk_away", [
                [user.userId],
                isAway,
            ]);
            session.helpdesk_away = isAway;
            env.services.notification.add(
                isAway
                    ? _t("You are away: you get no tickets until you switch back.")
                    : _t("You are back: you get tickets again."),
                { type: isAway ? "warning" : "success" }
            );
        },
        sequence: 45,
    };
}

registry.category("user_menuitems").add("helpdesk_away", awaySwitch);
