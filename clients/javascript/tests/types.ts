// Is compiled and never run: what TypeScript says of programs that use the client.
import { BigLedgerClient, type Invoice, type InvoiceRow, type Page } from "bigledger";

const client = new BigLedgerClient({ apiKey: "key", companyId: "comp_1" });
const exact = new BigLedgerClient({ apiKey: "key", companyId: "comp_1", amounts: "string" });

export async function program(): Promise<void> {
  const invoice: Invoice = await client.invoices.get("inv_1", { expand: ["items"] });
  const total: number = invoice.total + (invoice.items[0]?.taxAmount ?? 0);
  const text: string = (await exact.invoices.get("inv_1")).total;
  const page: Page<InvoiceRow> = await client.invoices.list({ overdue: true });
  for await (const row of client.invoices.list({ status: "overdue" })) {
    const due: number = row.amountDue;
    console.log(due, row.status === "paid", row.status);
  }
  await client.quotes.create({
    customerId: "cust_1",
    items: [{ description: "Widget", quantity: 1, unitPrice: "2.50" }],
  });
  await client.quotes.send("quote_1", { to: ["billing@acme.com"] }, { ifMatch: invoice, timeout: 5000 });
  await client.quotes.accept("quote_1");
  // @ts-expect-error: an amount as a number is no text
  const wrong: string = invoice.total;
  // @ts-expect-error: a field that does not exist
  await client.customers.create({ nickname: "Acme" });
  // @ts-expect-error: a filter that does not exist
  client.invoices.list({ overdone: true });
  // @ts-expect-error: a status that does not exist
  client.invoices.list({ status: "late" });
  // @ts-expect-error: nothing is taken here
  await client.quotes.duplicate("quote_1", { title: "Copy" });
  console.log(total, text, page.total, wrong);
}
