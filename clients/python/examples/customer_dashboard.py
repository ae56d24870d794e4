"""The published program that analyses a customer, with the two functions that it calls and a report.

    BIGLEDGER_BASE_URL=https://crm.example.com/api/v1 BIGLEDGER_API_KEY=bl_live_… BIGLEDGER_COMPANY_ID=comp_… \\
        python customer_dashboard.py cust_… --year 2024 --chart sales.svg

It prints the report, with the months as bars, and writes them as a chart where a file is named.
"""

import argparse
import asyncio
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from bigledger import BigLedgerClient

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


# Generate customer analysis for dashboard
async def generate_customer_dashboard(customer_id, year=2024):
    client = BigLedgerClient()
    
    # Get customer summary
    summary = await client.get(f"/customers/{customer_id}/summary")
    
    # Get monthly sales trend
    monthly_sales = []
    for month in range(1, 13):
        start_date = f"{year}-{month:02d}-01"
        end_date = f"{year}-{month:02d}-31"
        
        invoices = await client.get(f"/invoices", params={
            'customerId': customer_id,
            'invoiceDateFrom': start_date,
            'invoiceDateTo': end_date,
            'status': 'paid'
        })
        
        monthly_total = sum(inv['total'] for inv in invoices['data'])
        monthly_sales.append({
            'month': month,
            'total': monthly_total,
            'count': len(invoices['data'])
        })
    
    # Get payment behavior analysis
    payment_analysis = await analyze_payment_behavior(client, customer_id, year)
    
    # Get product preferences
    product_analysis = await analyze_product_preferences(client, customer_id, year)
    
    return {
        'summary': summary['data'],
        'monthly_sales': monthly_sales,
        'payment_analysis': payment_analysis,
        'product_analysis': product_analysis
    }


async def analyze_payment_behavior(client: BigLedgerClient, customer_id: str, year: int) -> dict[str, Any]:
    """How the customer paid the invoices of a year: when, how, and what is still outstanding."""
    paid_on: dict[str, Any] = {}
    methods: Counter[str] = Counter()
    async for payment in client.payments.list(customer_id=customer_id, status="recorded"):
        for part in payment.allocations:
            paid_on[part.invoice_id] = max(payment.payment_date, paid_on.get(part.invoice_id, payment.payment_date))
        if payment.payment_date.year == year:
            methods[payment.payment_method] += 1
    analysis: dict[str, Any] = {"invoices": 0, "on_time": 0, "late": 0, "outstanding": Decimal(0), "overdue": 0}
    days = []
    async for invoice in client.invoices.list(
        customer_id=customer_id, invoice_date_from=f"{year}-01-01", invoice_date_to=f"{year}-12-31"
    ):
        if invoice.status in ("draft", "cancelled"):
            continue
        analysis["invoices"] += 1
        analysis["outstanding"] += invoice.amount_due
        analysis["overdue"] += invoice.status == "overdue"
        if invoice.payment_status == "paid" and invoice.id in paid_on:
            analysis["on_time" if paid_on[invoice.id] <= invoice.due_date else "late"] += 1
            days.append((paid_on[invoice.id] - invoice.invoice_date).days)
    return {**analysis, "average_days": round(sum(days) / len(days)) if days else None, "methods": dict(methods)}


async def analyze_product_preferences(client: BigLedgerClient, customer_id: str, year: int) -> list[dict[str, Any]]:
    """What the customer bought in a year, by value without tax: quantity, value and share in percent."""
    values: defaultdict[str, Decimal] = defaultdict(Decimal)
    quantities: defaultdict[str, Decimal] = defaultdict(Decimal)
    async for invoice in client.invoices.list(
        customer_id=customer_id,
        invoice_date_from=f"{year}-01-01",
        invoice_date_to=f"{year}-12-31",
        expand=["items"],
    ):
        for line in [] if invoice.status in ("draft", "cancelled") else invoice.items or []:
            values[line.description] += line.line_total
            quantities[line.description] += line.quantity
    total = sum(values.values())
    return [
        {
            "description": name,
            "quantity": quantities[name],
            "value": value,
            "share": (100 * value / total).quantize(Decimal("0.1"), ROUND_HALF_UP) if total else None,
        }
        for name, value in sorted(values.items(), key=lambda item: -item[1])
    ]


def report(dashboard: dict[str, Any], name: str, currency: str, year: int) -> str:
    """The dashboard as text for a terminal 80 characters wide."""
    figures = dashboard["summary"]["summary"]
    payments = dashboard["payment_analysis"]
    lines = [f"{name}: {year}", "=" * 72, "", f"Paid invoices by month ({currency})", *bars(dashboard["monthly_sales"])]
    lines += [
        "",
        "Payment behaviour",
        f"  Invoices           {payments['invoices']}: {payments['on_time']} paid on time, {payments['late']} late",
        f"  Days to payment    {'none paid' if payments['average_days'] is None else payments['average_days']}",
        f"  Outstanding        {payments['outstanding']:,.2f}, {payments['overdue']} overdue",
        f"  Methods            {', '.join(f'{key} {count}' for key, count in payments['methods'].items()) or 'none'}",
        "",
        "Products",
    ]
    for product in dashboard["product_analysis"][:5]:
        lines.append(f"  {product['description'][:40]:40} {product['value']:>14,.2f} {product['share'] or 0:>6} %")
    lines += [
        "",
        "All years",
        f"  Sales              {figures['totalSales']:,.2f} in {figures['totalInvoices']} invoices",
        f"  Balance            {figures['currentBalance']:,.2f}",
        f"  Orders             {figures['orderFrequency']}, last on {figures['lastOrderDate'] or 'no day'}",
    ]
    return "\n".join(lines)


def bars(months: list[dict[str, Any]]) -> list[str]:
    """A line for each month, whose bar is as long as its share of the best month."""
    most = max(month["total"] for month in months) or 1
    lines = []
    for month in months:
        bar = "█" * round(36 * month["total"] / most)
        lines.append(f"  {MONTHS[month['month'] - 1]}  {month['total']:>14,.2f}  {month['count']:>3}  {bar}".rstrip())
    return lines


def chart(months: list[dict[str, Any]], title: str) -> str:
    """The months as columns of an SVG picture."""
    most = max(month["total"] for month in months) or 1
    columns = []
    for month in months:
        left, height = 40 + 50 * (month["month"] - 1), round(200 * month["total"] / most)
        columns.append(f'<rect x="{left}" y="{260 - height}" width="34" height="{height}" rx="3" fill="#3056d3"/>')
        columns.append(f'<text x="{left + 17}" y="280">{MONTHS[month["month"] - 1]}</text>')
        if month["total"]:
            columns.append(f'<text x="{left + 17}" y="{252 - height}">{month["total"]:,.0f}</text>')
    escaped = title.replace("&", "&amp;").replace("<", "&lt;")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 300" font-family="sans-serif" font-size="12" '
        'text-anchor="middle"><rect width="660" height="300" fill="#fff"/>'
        f'<text x="330" y="24" font-size="16">{escaped}</text>'
        f'<path d="M30 260H640" stroke="#999"/>{"".join(columns)}</svg>\n'
    )


async def main() -> None:
    """Reads the command line and prints the report."""
    parser = argparse.ArgumentParser(description="Analyses a customer.")
    parser.add_argument("customer_id")
    parser.add_argument("--year", type=int, default=2024)
    parser.add_argument("--chart", type=Path, help="an SVG file to write")
    arguments = parser.parse_args()
    async with BigLedgerClient() as client:
        customer = await client.customers.get(arguments.customer_id)
    dashboard = await generate_customer_dashboard(customer.id, arguments.year)
    print(report(dashboard, customer.name, customer.currency, arguments.year))
    if arguments.chart:
        title = f"{customer.name}: paid invoices of {arguments.year} ({customer.currency})"
        arguments.chart.write_text(chart(dashboard["monthly_sales"], title))


if __name__ == "__main__":
    asyncio.run(main())
