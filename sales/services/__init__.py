"""Changing items, tax codes, quotes and orders."""

from sales.services.attachments import attach_file, detach_file
from sales.services.catalogue import create_item, create_tax_code, update_item
from sales.services.companies import open_company
from sales.services.order_status import allowed_moves, change_order_status
from sales.services.orders import convert_quote_to_order, create_order, mark_lines_invoiced
from sales.services.papers import order_paper, quote_paper
from sales.services.quotes import Message, accept_quote, create_quote, send_quote

__all__ = [
    "Message",
    "accept_quote",
    "allowed_moves",
    "attach_file",
    "change_order_status",
    "convert_quote_to_order",
    "create_item",
    "create_order",
    "create_quote",
    "create_tax_code",
    "detach_file",
    "mark_lines_invoiced",
    "open_company",
    "order_paper",
    "quote_paper",
    "send_quote",
    "update_item",
]
