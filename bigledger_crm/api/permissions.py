"""What a key's scopes allow."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission


class ScopePermission(BasePermission):
    """Asks the actor for `read` or `write` of the view's `resource`; `verb` is another verb that an action asks for."""

    def has_permission(self, request: Any, view: Any) -> bool:
        """True.  Raises PermissionDenied, which names the scope that is missing."""
        if view.action is not None:  # else the method isn't served, which is said instead
            request.user.require(view.resource, view.verb or ("read" if request.method in SAFE_METHODS else "write"))
        return True
