"""How long paid invoices took, in bands of days from the invoice date to the last payment."""

# The first day and the last of each; the ends are open.
BANDS: dict[str, tuple[int | None, int | None]] = {
    "0-7": (None, 7),
    "8-14": (8, 14),
    "15-30": (15, 30),
    "31-45": (31, 45),
    "46-60": (46, 60),
    "61-90": (61, 90),
    "91+": (91, None),
}
