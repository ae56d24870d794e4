"""What the emails to customers say: the company's own words by kind and language, else the product's."""
