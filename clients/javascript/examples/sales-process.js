// The published program, as it stands there: https://api.bigledger.com, Sales & CRM APIs, "Complete Sales Process".
//
//   BIGLEDGER_BASE_URL=https://crm.example.com/api/v1 BIGLEDGER_API_KEY=bl_live_… BIGLEDGER_COMPANY_ID=comp_… \
//       node sales-process.js
//
// Its dates are those of January 2024. It runs on any day from 20 January 2024, the date of its payment, because a quote
// that is entered after its validity has ended is a record of the past.

import { BigLedgerClient } from "bigledger";

// Complete sales process from quote to payment
async function completeSalesProcess() {
  const client = new BigLedgerClient({ /* config */ });
  
  // 1. Create customer
  const customer = await client.customers.create({
    name: "Tech Solutions Ltd",
    email: "billing@techsolutions.com",
    phone: "+60123456789",
    paymentTerms: 30,
    creditLimit: 50000.00
  });
  
  // 2. Create quote
  const quote = await client.quotes.create({
    customerId: customer.id,
    quoteDate: "2024-01-10",
    validUntil: "2024-02-10",
    title: "Q1 Software Licenses",
    items: [
      {
        description: "Enterprise Software License",
        quantity: 10,
        unitPrice: 1000.00,
        discountPercent: 15.0,
        taxCode: "SST"
      }
    ]
  });
  
  // 3. Send quote to customer
  await client.quotes.send(quote.id, {
    to: [customer.email],
    subject: `Quote ${quote.quoteNumber} - Q1 Software Licenses`,
    message: "Please review the attached quote for your software requirements."
  });
  
  // 4. Accept quote (simulate customer acceptance)
  await client.quotes.accept(quote.id);
  
  // 5. Convert to sales order
  const salesOrder = await client.quotes.convertToOrder(quote.id);
  
  // 6. Convert to invoice
  const invoice = await client.salesOrders.convertToInvoice(salesOrder.id, {
    invoiceDate: "2024-01-15",
    dueDate: "2024-02-14"
  });
  
  // 7. Send invoice
  await client.invoices.send(invoice.id, {
    to: [customer.email],
    subject: `Invoice ${invoice.invoiceNumber}`,
    message: "Thank you for your order. Please find your invoice attached."
  });
  
  // 8. Record payment (when received)
  const payment = await client.invoices.recordPayment(invoice.id, {
    amount: invoice.total,
    paymentDate: "2024-01-20",
    paymentMethod: "bank_transfer",
    reference: "TXN-20240120-001"
  });
  
  return {
    customer,
    quote,
    salesOrder,
    invoice,
    payment
  };
}

const { customer, quote, salesOrder, invoice, payment } = await completeSalesProcess();
const amount = (value) => `${invoice.currency} ${value.toFixed(2)}`;
console.log(`Customer     ${customer.customerNumber}  ${customer.name}`);
console.log(`Quote        ${quote.quoteNumber}  ${quote.title}, ${amount(quote.total)}`);
console.log(`Sales order  ${salesOrder.orderNumber}  ${salesOrder.status}`);
console.log(`Invoice      ${invoice.invoiceNumber}  ${amount(invoice.total)}, due ${invoice.dueDate}`);
console.log(`Payment      ${amount(payment.amount)} on ${payment.paymentDate}: the invoice is ${payment.invoice.status}`);
