"""Changing items, tax codes, quotes and orders."""

from sales.services.attachments import attach_file, detach_file
from sales.services.branding import update_branding
from sales.services.calculation import Calculation, calculate, estimate
from sales.services.companies import open_company
from sales.services.delivery_note_email import delivery_note_email, delivery_note_letter, send_delivery_note
from sales.services.delivery_note_pdf import delivery_note_number, render_delivery_note_pdf
from sales.services.items import check_item, create_item, delete_item, update_item
from sales.services.order_email import order_email, order_letter, send_order
from sales.services.order_invoicing import mark_lines_invoiced, mark_order_issued
from sales.services.order_pdf import order_filename, render_order_pdf
from sales.services.order_transitions import allowed_moves, change_order_status
from sales.services.orders import CHANGEABLE, create_order, duplicate_order, update_order
from sales.services.quote_conversion import convert_quote_to_order
from sales.services.quote_email import quote_email, quote_letter, send_quote
from sales.services.quote_pdf import quote_filename, render_quote_pdf
from sales.services.quote_transitions import accept_quote, cancel_quote, decline_quote, is_open_to_answer, revise_quote
from sales.services.quotes import create_quote, duplicate_quote, update_quote
from sales.services.sample_pdf import render_sample_pdf
from sales.services.shared.email import Message
from sales.services.shared.lines import PreparedLine
from sales.services.shipments import ship_order
from sales.services.tax_codes import create_tax_code, delete_tax_code, update_tax_code

__all__ = [
    "CHANGEABLE",
    "Calculation",
    "Message",
    "PreparedLine",
    "accept_quote",
    "allowed_moves",
    "attach_file",
    "calculate",
    "cancel_quote",
    "change_order_status",
    "check_item",
    "convert_quote_to_order",
    "create_item",
    "create_order",
    "create_quote",
    "create_tax_code",
    "decline_quote",
    "delete_item",
    "delete_tax_code",
    "delivery_note_email",
    "delivery_note_letter",
    "delivery_note_number",
    "detach_file",
    "duplicate_order",
    "duplicate_quote",
    "estimate",
    "is_open_to_answer",
    "mark_lines_invoiced",
    "mark_order_issued",
    "open_company",
    "order_email",
    "order_filename",
    "order_letter",
    "quote_email",
    "quote_filename",
    "quote_letter",
    "render_delivery_note_pdf",
    "render_order_pdf",
    "render_quote_pdf",
    "render_sample_pdf",
    "revise_quote",
    "send_delivery_note",
    "send_order",
    "send_quote",
    "ship_order",
    "update_branding",
    "update_item",
    "update_order",
    "update_quote",
    "update_tax_code",
]
