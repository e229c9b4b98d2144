/** What holds for a label wherever it is judged. */

/** Names of metadata: what a strategy or a person hangs on a note, such as prices, sizes, names of rules. */
export const LABEL_METADATA_KEYS_MAX = 16;
