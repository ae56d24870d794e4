"""Changing items, tax codes, quotes and orders."""

from sales.services.attachments import attach_file, detach_file
from sales.services.branding import update_branding
from sales.services.calculation import Calculation, calculate, estimate
from sales.services.companies import check_company, open_company, skip_setup_steps, update_company
from sales.services.company_access import demand_second_factor, set_company_active
from sales.services.default_tax_codes import add_missing_tax_codes, missing_tax_codes
from sales.services.delivery_note_email import (
    delivery_note_email_content,
    draft_delivery_note_email,
    send_delivery_note,
)
from sales.services.delivery_note_pdf import delivery_note_number, render_delivery_note_pdf
from sales.services.first_company import SetUpAlready, set_up
from sales.services.items import check_item, create_item, delete_item, update_item
from sales.services.order_email import draft_order_email, order_email_content, send_order
from sales.services.order_invoicing import mark_lines_invoiced, mark_order_issued
from sales.services.order_pdf import order_filename, render_order_pdf
from sales.services.order_transitions import allowed_transitions, change_order_status
from sales.services.orders import CHANGEABLE, create_order, duplicate_order, update_order
from sales.services.quote_conversion import convert_quote_to_order
from sales.services.quote_email import draft_quote_email, quote_email_content, send_quote
from sales.services.quote_pdf import quote_filename, render_quote_pdf
from sales.services.quote_transitions import accept_quote, cancel_quote, decline_quote, is_open_to_answer, revise_quote
from sales.services.quotes import create_quote, duplicate_quote, update_quote
from sales.services.sample_pdf import render_sample_pdf
from sales.services.shared.discounts import check_discounts
from sales.services.shared.email import EmailOptions
from sales.services.shared.lines import PreparedLine
from sales.services.shipments import ship_order
from sales.services.tax_codes import create_tax_code, delete_tax_code, update_tax_code

__all__ = [
    "CHANGEABLE",
    "Calculation",
    "EmailOptions",
    "PreparedLine",
    "SetUpAlready",
    "accept_quote",
    "add_missing_tax_codes",
    "allowed_transitions",
    "attach_file",
    "calculate",
    "cancel_quote",
    "change_order_status",
    "check_company",
    "check_discounts",
    "check_item",
    "convert_quote_to_order",
    "create_item",
    "create_order",
    "create_quote",
    "create_tax_code",
    "decline_quote",
    "delete_item",
    "delete_tax_code",
    "delivery_note_email_content",
    "delivery_note_number",
    "demand_second_factor",
    "detach_file",
    "draft_delivery_note_email",
    "draft_order_email",
    "draft_quote_email",
    "duplicate_order",
    "duplicate_quote",
    "estimate",
    "is_open_to_answer",
    "mark_lines_invoiced",
    "mark_order_issued",
    "missing_tax_codes",
    "open_company",
    "order_email_content",
    "order_filename",
    "quote_email_content",
    "quote_filename",
    "render_delivery_note_pdf",
    "render_order_pdf",
    "render_quote_pdf",
    "render_sample_pdf",
    "revise_quote",
    "send_delivery_note",
    "send_order",
    "send_quote",
    "set_company_active",
    "set_up",
    "ship_order",
    "skip_setup_steps",
    "update_branding",
    "update_company",
    "update_item",
    "update_order",
    "update_quote",
    "update_tax_code",
]
