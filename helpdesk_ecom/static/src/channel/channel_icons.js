/** The icon of each kind of way by which customers come. Addons add theirs. */
export const CHANNEL_ICONS = {
    email: "fa-envelope-o",
    portal: "fa-globe",
    phone: "fa-phone",
    webhook: "fa-plug",
    whatsapp: "fa-whatsapp",
    messenger: "fa-facebook-square",
    facebook: "fa-facebook-square",
    instagram: "fa-instagram",
    telegram: "fa-telegram",
    livechat: "fa-comments-o",
    sms: "fa-mobile",
};

/** @param {string} provider code of a channel's provider */
export function channelIcon(provider) {
    return CHANNEL_ICONS[provider] || "fa-commenting-o";
}
