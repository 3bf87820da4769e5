-- How a chart's source rates its entries; NULL where it does not.
ALTER TABLE chart_entries ADD COLUMN explicit INTEGER;
