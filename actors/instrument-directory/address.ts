/** The one object that holds all instruments: 200,000 of them fit one object's disk, and a search must see them all. */
export const INSTRUMENT_DIRECTORY = "instruments";
