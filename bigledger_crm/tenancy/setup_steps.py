"""The steps by which a new company is set up; a company keeps which of them were skipped."""

STEPS = ("details", "bank", "logo", "numbers", "taxes", "colleague", "item", "einvoices")
