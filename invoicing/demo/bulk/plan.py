"""Who buys what and when: temporary tables from which the rows of all documents are made.

Everything follows from a row's number `n` and the seed, by `chance` (a whole number below 2³¹) and `share` (below 1).
"""

# {salt} is different for each company and seed, {number} for each seed.  A `uuid` is one of version 7: milliseconds,
# the version (28672 is 7 << 12) with `k`, the variant and a hash: of a whole number below 2³², since PostgreSQL folds
# larger ones before it hashes them, or of a name.  It is STABLE, since `date_part` is: said to be IMMUTABLE it could
# not become part of a query, and would be called for each row, which takes ten times as long.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION pg_temp.chance(n bigint, k int) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    'SELECT hashint8extended(n, k + {number}) & 2147483647';
CREATE OR REPLACE FUNCTION pg_temp.share(n bigint, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
    'SELECT (hashint8extended(n, k + {number}) & 2147483647) / 2147483648::float8';
CREATE OR REPLACE FUNCTION pg_temp.uuid(moment timestamptz, k int, hash bigint) RETURNS uuid LANGUAGE sql STABLE AS
    'SELECT encode(int8send(((date_part(''epoch'', moment) * 1000)::bigint << 16) | 28672 | k)
        || int8send(hash & 4611686018427387903 | ''-9223372036854775808''), ''hex'')::uuid';
CREATE OR REPLACE FUNCTION pg_temp.key(moment timestamptz, k int, n bigint) RETURNS uuid LANGUAGE sql STABLE AS
    'SELECT pg_temp.uuid(moment, k, hashint8extended(n, k + {salt}))';
CREATE OR REPLACE FUNCTION pg_temp.named_key(moment timestamptz, k int, name text) RETURNS uuid LANGUAGE sql STABLE AS
    'SELECT pg_temp.uuid(moment, k, hashtextextended(name, k + {salt}))';
CREATE OR REPLACE FUNCTION pg_temp.at(day date, hours float8) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
    'SELECT least((day + hours * interval ''1 hour'') AT TIME ZONE ''{zone}'', timestamptz ''{now}'')';
CREATE OR REPLACE FUNCTION pg_temp.padded(value bigint, width int) RETURNS text LANGUAGE sql IMMUTABLE AS
    'SELECT lpad(value::text, greatest(width, length(value::text)), ''0'')';
"""

# What numbers of a kind look like in a month; `check_before` and `check_after` have letters as their check digits do.
SERIES = """
CREATE TEMPORARY TABLE bulk_series (
    kind text, starts date, year int, month int, before text, width int, after text, check_before text,
    check_after text, PRIMARY KEY (kind, starts)
) ON COMMIT DROP
"""

DROP = (
    "DROP TABLE bulk_series, bulk_customer, bulk_item, bulk_plan, bulk_order, bulk_quote, bulk_invoice, bulk_payment, "
    "bulk_credit"
)

_NAME = """
(ARRAY['Acme', 'Borneo', 'Cahaya', 'Delima', 'Emas', 'Fajar', 'Gemilang', 'Harmoni', 'Indah', 'Jaya', 'Kencana',
    'Lestari', 'Mutiara', 'Nusantara', 'Orkid', 'Perdana'])[1 + (pg_temp.chance(n, 8) & 15)]
|| ' ' || (ARRAY['Trading', 'Supplies', 'Engineering', 'Foods', 'Motors', 'Textiles', 'Furniture', 'Marine'])
    [1 + (pg_temp.chance(n, 9) & 7)]
|| ' ' || (ARRAY['Sdn Bhd', 'Enterprise', 'Holdings', '& Sons'])[1 + (pg_temp.chance(n, 10) & 3)]
|| CASE WHEN n > 100 THEN ' ' || n ELSE '' END
"""
CUSTOMERS = f"""
CREATE TEMPORARY TABLE bulk_customer ON COMMIT DROP AS
SELECT c.*, pg_temp.key(moment, 1, n) AS id, z.before || pg_temp.padded(n, z.width) || z.after AS number, n AS value,
    z.year, z.month,
    CASE currency WHEN 'MYR' THEN 1 WHEN 'USD' THEN 4.2 ELSE 0.03 END AS rate,
    CASE currency WHEN 'JPY' THEN 0 ELSE 2 END AS decimals,
    CASE currency WHEN 'MYR' THEN 'MY' WHEN 'USD' THEN 'US' ELSE 'JP' END AS country,
    CASE WHEN pg_temp.chance(n, 4) & 3 > 0 THEN (%(sellers)s::uuid[])[1 + (pg_temp.chance(n, 5) & 3)] END AS owner_id,
    (ARRAY[14, 30, 30, 60])[1 + (pg_temp.chance(n, 6) & 3)] AS terms,
    (40 * pg_temp.share(n, 7) - 10)::int AS habit,
    {_NAME} AS name
FROM (
    SELECT n, pg_temp.at(%(first)s::date - 1 - (360 * (%(customers)s - n) / %(customers)s)::int, 9) AS moment,
        CASE WHEN n = 1 OR pg_temp.share(n, 2) >= 0.09 THEN 'MYR' WHEN pg_temp.share(n, 2) < 0.06 THEN 'USD'
            ELSE 'JPY' END AS currency
    FROM generate_series(1::bigint, %(customers)s) n
) c CROSS JOIN (SELECT * FROM bulk_series WHERE kind = 'customer' LIMIT 1) z
"""

# Prices are in the company's currency; every seventh item isn't taxed.
ITEMS = """
CREATE TEMPORARY TABLE bulk_item ON COMMIT DROP AS
SELECT i.*, pg_temp.key(moment, 2, n) AS id, 'ITM-' || lpad(n::text, 5, '0') AS code, t.id AS tax_code_id,
    coalesce(t.code, '') AS tax_code, coalesce(t.rate, 0) AS tax_rate,
    round((5 * exp(6 * pg_temp.share(n, 12)))::numeric, 2) AS price,
    (ARRAY['Steel', 'Oak', 'Copper', 'Cotton', 'Glass', 'Rubber', 'Office', 'Marine'])[1 + (pg_temp.chance(n, 13) & 7)]
    || ' ' || CASE i.type
        WHEN 'service' THEN (ARRAY['installation', 'maintenance', 'training', 'delivery'])
            [1 + (pg_temp.chance(n, 14) & 3)]
        ELSE (ARRAY['bracket', 'cabinet', 'cable', 'chair', 'desk', 'hinge', 'lamp', 'panel'])
            [1 + (pg_temp.chance(n, 14) & 7)] END || ' ' || n AS name
FROM (
    SELECT n, pg_temp.at(%(first)s::date - 400, 9) AS moment,
        CASE WHEN pg_temp.chance(n, 11) & 3 = 0 THEN 'service' ELSE 'goods' END AS type
    FROM generate_series(0::bigint, %(items)s - 1) n
) i LEFT JOIN (
    SELECT t.id, t.code, r.rate, k.type FROM sales_taxcode t
    JOIN (VALUES ('goods', 'SST'), ('service', 'SST-S')) k(type, code) ON k.code = t.code
    CROSS JOIN LATERAL (
        SELECT rate FROM sales_taxrate WHERE company_id = %(company)s AND tax_code_id = t.id
        ORDER BY valid_from DESC LIMIT 1
    ) r WHERE t.company_id = %(company)s
) t ON t.type = i.type AND mod(i.n, 7) > 0
"""

# Of twenty invoices, two bill an order as a whole and two the halves of one (`part`); `seed` is what their lines follow
# from, the same for both halves.  The first customer has one invoice in fifty.  Most of the others are those of few: of
# ten thousand customers, a fifth has three quarters.  More and more is sold, and nothing at weekends.
_DATED = """
SELECT n, seed, part, hours, day - greatest(extract(isodow FROM day)::int - 5, 0) AS day,
    CASE WHEN mod(n, 50) = 7 THEN 1 ELSE least(%(customers)s, 2 + floor(%(few)s * (
        power(1 + %(customers)s / %(few)s::float8, pg_temp.share(seed, 20)) - 1)))::bigint END AS customer
FROM (
    SELECT n, seed, part, %(first)s::date + floor(progress)::int AS day, 8 * (progress - floor(progress)) AS hours
    FROM (
        SELECT n, CASE mod(n, 20) WHEN 3 THEN n - 1 ELSE n END AS seed,
            CASE mod(n, 20) WHEN 0 THEN 'whole' WHEN 1 THEN 'whole' WHEN 2 THEN 'first' WHEN 3 THEN 'second'
                ELSE '' END AS part,
            %(days)s * power((n - 1) / %(invoices)s::float8, 0.85) AS progress
        FROM generate_series(1::bigint, %(invoices)s) n
    ) spread
) dated
"""
_PLANNED = f"""
SELECT s.n, s.seed, s.part, s.day, pg_temp.at(s.day, 9 + s.hours) AS moment, s.day + c.terms AS due_date,
    CASE WHEN s.part <> '' THEN 'sent'
        WHEN s.day > %(today)s::date - 7 AND pg_temp.chance(s.n, 21) & 7 = 0 THEN 'draft'
        WHEN s.day < %(today)s::date - 9 AND mod(pg_temp.chance(s.n, 22), 100) = 0 THEN 'cancelled'
        ELSE 'sent' END AS status,
    CASE WHEN s.part = '' AND mod(pg_temp.chance(s.n, 23), 10) = 0 THEN 20 ELSE 0 END AS shipping,
    c.n AS customer, c.id AS customer_id, c.name AS customer_name, c.number AS customer_number, c.currency, c.decimals,
    c.country, c.owner_id, c.habit, c.rate AS usual_rate,
    CASE c.currency WHEN 'MYR' THEN 1
        ELSE round(c.rate * (1 + (mod(s.day - date '2000-01-01', 200) - 100) / 2000.0), 6) END AS exchange_rate
FROM ({_DATED}) s JOIN bulk_customer c ON c.n = s.customer
"""


def numbered(kind: str, day: str, rows: str) -> str:
    """The rows with their `number`, which is the `value`-th of its series, in the order of their days."""
    return f"""
SELECT counted.*, before || padded || after AS number FROM (
    SELECT valued.*, pg_temp.padded(value, width) AS padded FROM (
        SELECT r.*, y.year, y.month, y.before, y.width, y.after, y.check_before, y.check_after,
            row_number() OVER (PARTITION BY y.year, y.month ORDER BY {day}, n) AS value
        FROM ({rows}) r JOIN bulk_series y ON y.kind = '{kind}' AND y.starts = date_trunc('month', {day})::date
    ) valued
) counted
"""


INVOICES = f"""
CREATE TEMPORARY TABLE bulk_plan ON COMMIT DROP AS
SELECT i.*, pg_temp.key(moment, 3, n) AS id, 'RF'
    || lpad((98 - mod((check_before || padded || check_after || '271500')::numeric, 97))::text, 2, '0')
    || upper(translate(number, '-/._#', '')) AS payment_reference
FROM ({numbered("invoice", "day", _PLANNED)}) i
"""
# An order for each invoice or pair that has one; every other came of a quote.  The latest aren't shipped yet.
ORDERS = f"""
CREATE TEMPORARY TABLE bulk_order ON COMMIT DROP AS
SELECT o.*, pg_temp.key(moment, 4, n) AS id FROM ({
    numbered(
        "sales_order",
        "day",
        '''
SELECT *, pg_temp.at(day, 10) AS moment, CASE WHEN invoice_day < %(today)s::date - 14 THEN 'delivered' ELSE 'confirmed'
    END AS status FROM (
    SELECT p.n, p.seed, p.day AS invoice_day, p.day - 3 - (pg_temp.chance(p.n, 31) & 7)::int AS day, p.part,
        mod(p.n / 20, 2) = 0 AS is_quoted, p.customer, p.customer_id, p.customer_name,
        p.customer_number, p.currency, p.decimals,
        p.country, p.owner_id, p.usual_rate, p.exchange_rate
    FROM bulk_plan p WHERE p.part IN ('whole', 'first')
) ordered''',
    )
}) o
"""
# The quotes that became orders, and as many that are open or lost.
QUOTES = f"""
CREATE TEMPORARY TABLE bulk_quote ON COMMIT DROP AS
SELECT q.*, pg_temp.key(moment, 5, n) AS id FROM ({
    numbered(
        "quote",
        "day",
        '''
SELECT *, pg_temp.at(day, 11) AS moment, CASE WHEN is_quoted THEN n ELSE n + 1000000000 END AS seed,
    CASE WHEN is_quoted THEN 'converted' ELSE (ARRAY['declined', 'declined', 'declined', 'sent', 'sent', 'sent',
        'cancelled', 'accepted'])[1 + (pg_temp.chance(n, 42) & 7)] END AS status
FROM (
    SELECT o.n, o.day - 2 - (pg_temp.chance(o.n, 41) & 15)::int AS day, o.day AS order_day, o.is_quoted, o.customer,
        o.customer_id, o.customer_name, o.customer_number, o.currency, o.decimals, o.country, o.owner_id,
        o.usual_rate, o.exchange_rate
    FROM bulk_order o
) offered''',
    )
}) q
"""
