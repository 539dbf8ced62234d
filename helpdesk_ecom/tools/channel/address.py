"""Which addresses of others we may call. No ORM."""

import ipaddress
import socket
from urllib.parse import urlsplit


class AddressRefused(ValueError):
    """An address that leads where it must not."""


def check_public_address(url, allowed_hosts=(), trusted=''):
    """Refuse an address that is no public one, or none of the allowed hosts.

    Names are resolved, so that one that points into our own network is found. That the name may
    point elsewhere a moment later (DNS rebinding) is not excluded for hosts outside a list.

    :param str url: the address.
    :param allowed_hosts: names, or ends of names with a leading dot; empty: any.
    :param str trusted: an address whose host and port an administrator has entered: that one is
        allowed wherever it is, also by plain HTTP.
    :raise AddressRefused: with the reason.
    """
    if trusted and is_same_host(trusted, url):
        return
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or '').rstrip('.').lower(), parts.port
    except ValueError:
        raise AddressRefused('no valid address') from None
    if parts.scheme != 'https':
        raise AddressRefused('not https')
    if not host or parts.username is not None:
        raise AddressRefused('no host')
    if port not in (None, 443):
        raise AddressRefused('unusual port')
    if allowed_hosts and not any(
        host == name.lstrip('.') or (name.startswith('.') and host.endswith(name))
        for name in allowed_hosts
    ):
        raise AddressRefused('not a host of the provider')
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        if allowed_hosts:
            return  # a name of the provider: the connection itself will tell
        raise AddressRefused('unknown host') from None
    for *_others, address in found:
        ip = ipaddress.ip_address(address[0].partition('%')[0])
        ip = getattr(ip, 'ipv4_mapped', None) or ip
        if not ip.is_global or ip.is_multicast:
            raise AddressRefused('not a public host')


def is_same_host(one, other):
    """Tell whether two addresses have the same scheme, host and port."""
    try:
        first, second = urlsplit(one), urlsplit(other)
        return (first.scheme, first.hostname, first.port) == (
            second.scheme,
            second.hostname,
            second.port,
        ) and bool(first.hostname)
    except ValueError:
        return False
