"""The base of the API: everything about JSON over HTTP that knows nothing of customers or invoices.

`views` shows how an app declares its endpoints.
"""
