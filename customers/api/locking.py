"""The order of locks, for URLs of what belongs to a customer."""

from typing import Any

from customers.queries import lock_customer_of


class CustomerFirstMixin:
    """A viewset of what belongs to a customer: If-Match locks the customer before it, as the services do."""

    def lock_before(self, row: Any) -> None:
        """Locks the customer of the object of the URL."""
        lock_customer_of(row)
