"""The tables of invoicing."""

from invoicing.models.allocation import Allocation, Refund, WriteOff
from invoicing.models.bank import BankAccount, BankStatement, BankTransaction
from invoicing.models.bank_match import BankMatch
from invoicing.models.bank_upload import BankUpload
from invoicing.models.batch import Batch, BatchItem
from invoicing.models.books_check import BooksCheck
from invoicing.models.credit_note import CreditNote, CreditNoteLine
from invoicing.models.customer_sum import CustomerDay, CustomerItem
from invoicing.models.einvoice import EInvoice, EInvoiceExchange, EInvoiceSource
from invoicing.models.einvoice_settings import EInvoiceSettings
from invoicing.models.invoice import Invoice, InvoiceLine
from invoicing.models.journal import JournalAccount, JournalEntry
from invoicing.models.payment import Payment
from invoicing.models.quote_sum import QuoteChange, QuoteSum
from invoicing.models.reminder import Reminder, ReminderStep
from invoicing.models.sales_sum import SalesChange, SalesSum
from invoicing.models.saved_report import SavedReport, SavedReportEmail, SavedReportRecipient

__all__ = [
    "Allocation",
    "BankAccount",
    "BankMatch",
    "BankStatement",
    "BankTransaction",
    "BankUpload",
    "Batch",
    "BatchItem",
    "BooksCheck",
    "CreditNote",
    "CreditNoteLine",
    "CustomerDay",
    "CustomerItem",
    "EInvoice",
    "EInvoiceExchange",
    "EInvoiceSettings",
    "EInvoiceSource",
    "Invoice",
    "InvoiceLine",
    "JournalAccount",
    "JournalEntry",
    "Payment",
    "QuoteChange",
    "QuoteSum",
    "Refund",
    "Reminder",
    "ReminderStep",
    "SalesChange",
    "SalesSum",
    "SavedReport",
    "SavedReportEmail",
    "SavedReportRecipient",
    "WriteOff",
]
