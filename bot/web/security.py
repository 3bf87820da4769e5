"""Security headers of responses."""

from collections.abc import Mapping

from bot.domain.candidates import MediaHosts

API_PREFIX = "/api/"

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{images}; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'{sounds}"
)
REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; frame-ancestors 'none'"
)
"""The report is one self-contained file: its scripts may run, in an origin of their own."""
_COMMON = {"x-content-type-options": "nosniff", "cache-control": "no-cache"}
_PAGE_HEADERS = {
    **_COMMON,
    "content-security-policy": _PAGE_POLICY.format(images="", sounds=""),
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_API_HEADERS = {**_COMMON, "content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
"""The other headers only matter for HTML."""


def is_api(path: str) -> bool:
    """Whether the path belongs to the JSON API."""
    return path.startswith(API_PREFIX)


def security_headers(path: str) -> Mapping[str, str]:
    """The default security headers for a path; a route may override them."""
    return _API_HEADERS if is_api(path) else _PAGE_HEADERS


def media_policy(hosts: MediaHosts) -> str:
    """The content security policy of a page that shows pictures and plays sounds from those hosts."""
    images = "".join(f" {host}" for host in hosts.images)
    return _PAGE_POLICY.format(
        images=images, sounds=f"; media-src {' '.join(hosts.sounds)}" if hosts.sounds else ""
    )
