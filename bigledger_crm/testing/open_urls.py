"""The URLs that belong to no company, each with its reason; all others are in the tenancy matrix."""

# One's own account, whichever company one works in: account/tests/test_account_pages.py tries them.
ACCOUNT_PAGES = (
    "account",
    "account/email",
    "account/password",
    "account/no-password",
    "account/sessions",
    "account/second-factor",
    "account/second-factor/app",
    "account/second-factor/app/remove",
    "account/second-factor/codes",
    "account/second-factor/codes/new",
    "account/second-factor/codes/file",
    "account/second-factor/passkeys",
    "account/second-factor/passkeys/new",
    "account/second-factor/passkeys/<int:pk>",
    "account/second-factor/passkeys/<int:pk>/remove",
)

# URLs that tell nothing of any company, each with its reason.
OPEN = {
    r"^api(?:/|$)": "says 404 in the envelope",
    "api/docs": "shows the API's description",
    "api/docs/redoc": "shows the API's description",
    "api/openapi.json": "the API's description",
    "api/openapi.yaml": "the API's description",
    "healthz": "the supervisor's question",
    "readyz": "the supervisor's question",
    "metrics": "figures of the whole installation, for who has METRICS_TOKEN",
    "sign-in": "where everybody begins",
    "sign-out": "ends a session",
    **{
        f"sign-in/{below}": "a step of signing in"
        for below in (
            "second-factor",
            "passkey",
            "again",
            "again/code",
            "again/passkey",
            "sso/<str:provider_id>",
            "sso/<str:provider_id>/callback",
            "sso-cancelled",
        )
    },
    "setup/<str:token>": "for the first person, who has the link",
    "password/forgotten": "for who can't sign in",
    "password/sent": "for who can't sign in",
    "password/reset/<uidb64>/<token>": "for who has the link",
    "invitation/<str:token>": "names its company to who has the link",
    "account/email/<str:token>": "for who has the link",
    **dict.fromkeys(ACCOUNT_PAGES, "the account of whoever is signed in"),
}
