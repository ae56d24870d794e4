"""What browsers are told to allow our pages: nothing inline, nothing from elsewhere, no device."""

from csp.constants import NONE, SELF

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
_NOBODY = (
    *("accelerometer", "autoplay", "browsing-topics", "camera"),
    *("display-capture", "encrypted-media", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection"),
    *("local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment", "screen-wake-lock"),
    *("serial", "speaker-selection", "storage-access", "usb", "window-management", "xr-spatial-tracking"),
)
# Copying from a page, and signing in with a passkey.
_OURSELVES = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY: dict[str, list[str]] = {
    **{feature: [] for feature in _NOBODY},
    **{feature: ["self"] for feature in _OURSELVES},
}


def cookie_name(name: str, served_by_https: bool) -> str:
    """With `__Host-` a browser takes the cookie from this very host by HTTPS alone; it takes none of them by HTTP."""
    return f"__Host-{name}" if served_by_https else name
