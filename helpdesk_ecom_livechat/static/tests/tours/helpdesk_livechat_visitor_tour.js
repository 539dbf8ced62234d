import { registry } from "@web/core/registry";

const ROOT = ".o-livechat-root:shadow";

registry.category("web_tour.tours").add("helpdesk_livechat_visitor_tour", {
    steps: () => [
        {
            content: "Open the chat",
            trigger: `${ROOT} .o-livechat-LivechatButton`,
            run: "click",
        },
        {
            content: "Say what happened",
            trigger: `${ROOT} .o-mail-Composer-input`,
            run: "edit My blue cup arrived broken, mia@customer.example",
        },
        {
            content: "Send it",
            trigger: `${ROOT} .o-mail-Composer-input`,
            run: "press Enter",
        },
        {
            content: "It is said, and the server has it",
            trigger: `${ROOT} .o-mail-Message[data-persistent]:contains(My blue cup arrived broken)`,
        },
    ],
});
