-- What a line received beside its fills: funding payments, dividends, cash in lieu. Rows from before had none.
ALTER TABLE position ADD COLUMN funding numeric NOT NULL DEFAULT 0;
