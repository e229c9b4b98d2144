-- What funding there was in a strategy's candles. Candles from before had none.
ALTER TABLE strategy_m2m_candle ADD COLUMN funding numeric NOT NULL DEFAULT 0;
