"""The API's floor: everything about speaking JSON over HTTP that knows nothing of customers or invoices.

`views` shows how an app declares its endpoints.
"""
